"""Databases in memory: a stop and a start take no time."""


class FakeDatabases:
    """Knows the status of each database."""

    def __init__(self, *running: str) -> None:
        self.states = dict.fromkeys(running, "available")

    def status(self, identifier: str) -> str | None:
        return self.states.get(identifier)

    def stop(self, identifier: str) -> None:
        self.states[identifier] = "stopped"

    def start(self, identifier: str) -> None:
        self.states[identifier] = "available"
