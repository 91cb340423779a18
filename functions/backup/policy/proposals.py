"""Snapshots that nobody seems to need: proposed with their cost, deleted with a person's yes alone."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from functions.backup.policy.ownership import is_of_aws_backup
from functions.backup.policy.worth import passes

if TYPE_CHECKING:
    from datetime import datetime

    from functions.backup.policy.inventory import Snapshot
    from functions.backup.policy.retention_policy import RetentionPolicy


def is_unneeded(snapshot: Snapshot, policy: RetentionPolicy, *, now: datetime) -> bool:
    """Tells whether a stranger's snapshot is worth a question.

    Only ones that people made, older than the limit, that nobody holds. AWS's own and AWS Backup's are never
    proposed.
    """
    hold = snapshot.hold
    held = hold is not None and (hold.until is None or now <= hold.until)
    return (
        snapshot.type in {"manual", "volume"}
        and not is_of_aws_backup(snapshot)
        and not held
        and not passes(snapshot)
        and now - snapshot.created_at > timedelta(days=policy.unneeded_days)
    )


def cost_a_month(snapshot: Snapshot, policy: RetentionPolicy) -> float:
    """Returns what keeping it costs in dollars a month, by the policy's price, to the cent."""
    return round(snapshot.gib * policy.usd_per_gib_month, 2)
