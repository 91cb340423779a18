"""Drafts what becomes of each snapshot, before anybody has looked at the plan as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.backup.policy.family import NOBODY, Own, families, newest_first
from functions.backup.policy.keeping import reasons_to_keep
from functions.backup.policy.ownership import series_of, why_a_strangers
from functions.backup.policy.proposals import cost_a_month, is_unneeded
from functions.backup.policy.retention import DELETE, KEEP, PROPOSE, Item
from functions.backup.policy.worth import is_usable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from functions.backup.policy.inventory import Inventory, Snapshot
    from functions.backup.policy.retention_policy import RetentionPolicy


def everything(inventory: Inventory) -> list[tuple[str, Snapshot]]:
    """Returns every listed snapshot with its Region."""
    return [(listing.region, each) for listing in inventory.listings for each in listing.snapshots]


def ours(inventory: Inventory) -> list[Own]:
    """Returns the snapshots of ours, the newest first."""
    found = ((where, series_of(each, inventory.instance_tags), each) for where, each in everything(inventory))
    return newest_first(Own(where, series, each) for where, series, each in found if series)


def drafts(
    owns: Sequence[Own], inventory: Inventory, policy: RetentionPolicy, *, now: datetime
) -> list[Item]:
    """Returns what is planned for each snapshot: originals before copies, the oldest first."""
    kin = families(owns, policy, now=now)
    copied = _copied(inventory, now=now)
    series = {(own.region, own.snapshot.id): own.series for own in owns}
    found = []
    for region, each in everything(inventory):
        own = Own(region, series.get((region, each.id), ""), each)
        if not own.series:
            is_backed = any(kin.get((region, each.database), NOBODY).usable_of_series)
            found.append(_of_a_stranger(region, each, inventory, policy, is_backed=is_backed, now=now))
            continue
        reasons = reasons_to_keep(
            own,
            kin[region, each.database],
            policy=policy,
            needs_copy=inventory.recovery_region is not None,
            copied=any(
                made >= each.created_at
                for elsewhere in _others(region, inventory)
                if (made := copied.get((elsewhere, each.database, each.id)))
            ),
            now=now,
        )
        why = tuple(reasons) or (f"ours ({own.series}), and nothing keeps it",)
        found.append(_item(region, each, own.series, KEEP if reasons else DELETE, why))
    return sorted(found, key=lambda item: (item.is_copy, item.created_at, item.region, item.id))


def _of_a_stranger(
    region: str,
    snapshot: Snapshot,
    inventory: Inventory,
    policy: RetentionPolicy,
    *,
    is_backed: bool,
    now: datetime,
) -> Item:
    why = why_a_strangers(snapshot, inventory.instance_tags, automated_days=policy.automated_days)
    if not is_unneeded(snapshot, policy, now=now):
        return _item(region, snapshot, None, KEEP, (why,))
    if snapshot.type == "manual" and not is_backed:
        last = f"{snapshot.database} in {region} has no backup of ours to restore from: not even proposed"
        return _item(region, snapshot, None, KEEP, (why, last))
    cost = cost_a_month(snapshot, policy)
    older = f"older than {policy.unneeded_days} days; keeping it costs ${cost:.2f} a month"
    return _item(region, snapshot, None, PROPOSE, (why, older))._replace(usd_a_month=cost)


def _copied(inventory: Inventory, *, now: datetime) -> dict[tuple[str, str, str], datetime]:
    """Returns when each copy that one could restore from was made, by Region, database and original.

    Only one made by hand is ours to count on: a shared or an automated one goes when its owner likes.
    """
    return {
        (region, each.database, each.copy_of): each.created_at
        for region, each in sorted(everything(inventory), key=lambda found: found[1].created_at)
        if each.copy_of and each.type == "manual" and is_usable(each, now=now)
    }


def _others(region: str, inventory: Inventory) -> list[str]:
    return [listing.region for listing in inventory.listings if listing.region != region]


def _item(region: str, snapshot: Snapshot, series: str | None, action: str, why: tuple[str, ...]) -> Item:
    is_copy = snapshot.copy_of is not None
    return Item(region, snapshot.id, series, snapshot.created_at, is_copy, action, action, why)
