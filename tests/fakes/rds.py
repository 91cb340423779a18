"""Databases in memory: a stop and a start take no time."""


class FakeDatabases:
    """Knows the status of each database."""

    def __init__(self, *running: str) -> None:
        self.states = dict.fromkeys(running, "available")
        self.slow = 0
        """Looks that a start takes; 0 is at once."""

    def status(self, identifier: str) -> str | None:
        if self.states.get(identifier) == "starting":
            self.slow -= 1
            if self.slow <= 0:
                self.states[identifier] = "available"
        return self.states.get(identifier)

    def stop(self, identifier: str) -> None:
        self.states[identifier] = "stopped"

    def start(self, identifier: str) -> None:
        self.states[identifier] = "starting" if self.slow else "available"
