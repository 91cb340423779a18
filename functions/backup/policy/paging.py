"""What whoever is on duty is told of a plan and of the backups' health, one page a cause."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.backup.policy.freshness import stale
from functions.backup.policy.retention import Page
from functions.backup.policy.worth import is_proved_bad

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from functions.backup.policy.barriers import Barrier
    from functions.backup.policy.family import Own
    from functions.backup.policy.inventory import Inventory
    from functions.backup.policy.retention_policy import RetentionPolicy


def pages(
    inventory: Inventory,
    policy: RetentionPolicy,
    owns: Sequence[Own],
    standing: Sequence[Barrier],
    deletions: str | None,
    *,
    now: datetime,
) -> tuple[Page, ...]:
    """Returns what is told: what stands against the plan in one page, then bad series, limits and ages."""
    return (
        *_of_barriers(standing, deletions),
        *_of_bad_series(owns),
        *_of_quotas(inventory, policy),
        *stale(inventory, policy, now=now),
    )


def _of_barriers(standing: Sequence[Barrier], deletions: str | None) -> list[Page]:
    if not standing:
        return []
    sentence = "nothing is deleted: " + "; ".join(each.sentence for each in standing)
    if deletions and all(each.answerable for each in standing):
        sentence += f"; a person may say yes to the plan {deletions}"
    return [Page("plan-aborted", sentence)]


def _of_bad_series(owns: Sequence[Own]) -> list[Page]:
    groups: dict[tuple[str, str, str], list[bool]] = {}
    for own in owns:
        group = (own.region, own.series, own.snapshot.database)
        groups.setdefault(group, []).append(is_proved_bad(own.snapshot))
    return [
        Page("all-proved-bad", f"every backup of {series} of {database} in {region} is proved bad")
        for (region, series, database), bad in sorted(groups.items())
        if all(bad)
    ]


def _of_quotas(inventory: Inventory, policy: RetentionPolicy) -> list[Page]:
    return [
        Page("quota-near", f"{quota.name} in {quota.region}: {quota.used} of {quota.limit} are used")
        for quota in inventory.quotas
        if quota.used * 100 >= quota.limit * policy.quota_percent
    ]
