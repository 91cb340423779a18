"""What is too old or lives too briefly, judged by hours awake: a sleeping environment's data do not age."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from functions.backup.policy.retention import Page
from functions.core.awake import awake_age

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from functions.backup.policy.inventory import Inventory
    from functions.backup.policy.retention_policy import RetentionPolicy


def stale(inventory: Inventory, policy: RetentionPolicy, *, now: datetime) -> Iterator[Page]:
    """Yields a page for replication that lags, and for each late or brief schedule of cluster backups."""
    if inventory.recovery_region and inventory.replicated_until is None:
        yield Page("replication-late", "nothing tells up to when the recovery Region can restore")
    elif inventory.replicated_until and inventory.replicated_until > now:
        until = inventory.replicated_until.isoformat()
        yield Page("replication-late", f"{until} has not come: a clock is wrong, and the lag is not known")
    elif inventory.replicated_until:
        lag = awake_age(inventory.replicated_until, inventory.sleeps, now=now)
        if lag > timedelta(minutes=policy.replication_minutes):
            yield Page(
                "replication-late",
                f"the recovery Region can restore up to {inventory.replicated_until.isoformat()}, "
                f"{lag} awake ago, more than {policy.replication_minutes} minutes",
            )
    needed = inventory.longest_sleep_hours + policy.ttl_beyond_sleep_hours
    for backups in inventory.cluster_backups:
        if backups.keep_hours < needed:
            yield Page(
                "cluster-backups-brief",
                f"{backups.name} keeps its backups {backups.keep_hours} hours; the longest planned sleep is "
                f"{inventory.longest_sleep_hours}, so they must live at least {needed}",
            )
        age = awake_age(backups.newest_at, inventory.sleeps, now=now) if backups.newest_at else None
        if age is None or age > 2 * timedelta(minutes=backups.every_minutes):
            since = f"{age} awake old" if age is not None else "not there"
            yield Page(
                "cluster-backups-late",
                f"the newest backup of {backups.name} is {since}; one is due every "
                f"{backups.every_minutes} minutes",
            )
