"""Database instances through RDS."""

from __future__ import annotations

from typing import Any

from functions.adapters.aws_errors import translated
from functions.core.errors import NotFound

DOWN = frozenset({"stopped", "stopping"})
UP = frozenset({"available", "starting"})


class RdsDatabases:
    """The database instances of one account and Region."""

    def __init__(self, *, rds: Any) -> None:
        """Remembers boto3's client."""
        self._rds = rds

    def status(self, identifier: str) -> str | None:
        """Returns RDS's word, such as `available` or `stopped`; None when there is no such instance."""
        try:
            with translated(f"reading database {identifier}"):
                found = self._rds.describe_db_instances(DBInstanceIdentifier=identifier)["DBInstances"]
        except NotFound:
            return None
        return str(found[0]["DBInstanceStatus"])

    def stop(self, identifier: str) -> None:
        """Asks for a stop and returns at once; one that is stopped or stopping is left alone.

        Raises:
            TemporaryError: The instance is in a state that passes, such as `backing-up`.
        """
        if self.status(identifier) not in DOWN:
            with translated(f"stopping database {identifier}"):
                self._rds.stop_db_instance(DBInstanceIdentifier=identifier)

    def start(self, identifier: str) -> None:
        """Asks for a start and returns at once; one that is running or starting is left alone.

        Raises:
            TemporaryError: The instance is in a state that passes, such as `stopping`.
        """
        if self.status(identifier) not in UP:
            with translated(f"starting database {identifier}"):
                self._rds.start_db_instance(DBInstanceIdentifier=identifier)
