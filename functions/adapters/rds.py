"""Database instances through RDS."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.adapters.aws_errors import translated
from functions.core.databases import Database
from functions.core.errors import Busy, Invalid, NotFound

if TYPE_CHECKING:
    from collections.abc import Mapping

DOWN = frozenset({"stopped", "stopping"})
UP = frozenset({"available", "starting"})
AVAILABLE = "available"
CUSTOM, SQL_SERVER = "custom-", "sqlserver-"
"""Beginnings of engines' names."""


class RdsDatabases:
    """The database instances of one account and Region."""

    def __init__(self, *, rds: Any) -> None:
        """Remembers boto3's client."""
        self._rds = rds

    def describe(self, identifier: str) -> Database | None:
        """Returns the instance as it is now; None when there is no such instance."""
        try:
            with translated(f"reading database {identifier}"):
                found = self._rds.describe_db_instances(DBInstanceIdentifier=identifier)["DBInstances"]
        except NotFound:
            return None
        return Database(str(found[0]["DBInstanceStatus"]), never_stops(found[0]))

    def status(self, identifier: str) -> str | None:
        """Returns RDS's word, such as `available` or `stopped`; None when there is no such instance."""
        found = self.describe(identifier)
        return found.status if found else None

    def stop(self, identifier: str) -> None:
        """Asks for a stop and returns at once; one that is stopped or stopping is left alone.

        Raises:
            TemporaryError: The instance is in a state that passes, such as `backing-up`.
            Invalid: RDS refuses although the instance is available, before and after it was asked.
        """
        if self.status(identifier) in DOWN:
            return
        try:
            self._stop(identifier)
        except Busy:
            # RDS has one code for a state that passes and for an instance that it never stops.
            if self.status(identifier) != AVAILABLE:
                raise
            try:
                self._stop(identifier)
            except Busy as error:
                if self.status(identifier) != AVAILABLE:
                    raise
                raise Invalid(str(error)) from error

    def _stop(self, identifier: str) -> None:
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


def never_stops(found: Mapping[str, Any]) -> str | None:
    """Returns why AWS never stops an instance, after the RDS user guide's limitations; None when it does.

    Args:
        found: The instance, as DescribeDBInstances answers it.
    """
    engine = str(found.get("Engine", ""))
    if found.get("DBClusterIdentifier"):
        return f"it is a member of the cluster {found['DBClusterIdentifier']}"
    if found.get("ReadReplicaSourceDBInstanceIdentifier") or found.get(
        "ReadReplicaSourceDBClusterIdentifier"
    ):
        return "it is a read replica"
    if found.get("ReadReplicaDBInstanceIdentifiers") or found.get("ReadReplicaDBClusterIdentifiers"):
        return "it has a read replica"
    if engine.startswith(SQL_SERVER) and found.get("MultiAZ"):
        return "it is SQL Server in several zones"
    return "it is RDS Custom" if engine.startswith(CUSTOM) else None
