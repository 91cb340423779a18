"""Which databases take part in a night: what runs or soon does, and AWS can stop."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from functions.core.databases import Database

SERVING = frozenset(
    {
        "available",
        "backing-up",
        "configuring-enhanced-monitoring",
        "configuring-iam-database-auth",
        "configuring-log-exports",
        "storage-optimization",
    }
)
"""Statuses in which a database answers, after the RDS user guide: whoever waits for it waits no longer."""
COMING = frozenset({"maintenance", "modifying", "rebooting", "starting", "upgrading"})
"""Statuses after which it answers by itself."""


class TakingPart(NamedTuple):
    """The databases of a night.

    Attributes:
        names: Identifiers of those that run, and that the night may stop.
        kept: Those that AWS never stops, and why, a phrase each.
    """

    names: tuple[str, ...]
    kept: tuple[str, ...]


def taking_part(found: Mapping[str, Database | None]) -> TakingPart:
    """Sorts the databases by what AWS can do with them."""
    running = {
        name: database
        for name, database in found.items()
        if database is not None and database.status in SERVING | COMING
    }
    return TakingPart(
        tuple(name for name, database in running.items() if database.never_stops is None),
        tuple(
            f"database {name}: AWS never stops it, because {database.never_stops}"
            for name, database in running.items()
            if database.never_stops is not None
        ),
    )
