"""Databases in memory: a stop and a start take no time."""

from functions.core.databases import Database
from functions.core.errors import Invalid


class FakeDatabases:
    """Knows the status of each database."""

    def __init__(self, *running: str) -> None:
        self.states = dict.fromkeys(running, "available")
        self.slow = 0
        """Looks that a start takes; 0 is at once."""
        self.never: dict[str, str] = {}
        """Why AWS never stops a database, as it says beforehand."""
        self.refused: set[str] = set()
        """Databases that AWS refuses to stop although nothing said so beforehand."""

    def describe(self, identifier: str) -> Database | None:
        status = self.status(identifier)
        return None if status is None else Database(status, self.never.get(identifier))

    def status(self, identifier: str) -> str | None:
        if self.states.get(identifier) == "starting":
            self.slow -= 1
            if self.slow <= 0:
                self.states[identifier] = "available"
        return self.states.get(identifier)

    def stop(self, identifier: str) -> None:
        if identifier in self.refused or identifier in self.never:
            raise Invalid(f"AWS answered InvalidDBInstanceState while stopping database {identifier}: no")
        self.states[identifier] = "stopped"

    def start(self, identifier: str) -> None:
        self.states[identifier] = "starting" if self.slow else "available"
