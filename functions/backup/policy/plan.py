"""Plans which snapshots go: pure and total, and never the last good one, whatever the inventory says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.backup.policy.answers import what_people_said
from functions.backup.policy.barriers import Barrier, too_much_at_once, untrusted_listings
from functions.backup.policy.drafting import drafts, ours
from functions.backup.policy.paging import pages
from functions.backup.policy.retention import DELETE, KEEP, PROPOSE, Plan
from functions.runs.policy.approval import digest

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from functions.backup.policy.answers import Said
    from functions.backup.policy.inventory import Inventory
    from functions.backup.policy.retention import Item
    from functions.backup.policy.retention_policy import RetentionPolicy


def plan_retention(inventory: Inventory, policy: RetentionPolicy, *, now: datetime) -> Plan:
    """Returns the plan for what was found."""
    owns = ours(inventory)
    drafted = drafts(owns, inventory, policy, now=now)
    going = {(item.region, item.id) for item in drafted if item.planned == DELETE}
    barriers = [
        *untrusted_listings(inventory),
        *too_much_at_once(owns, [own for own in owns if (own.region, own.snapshot.id) in going], policy),
    ]
    deletions = _digest(inventory, drafted, DELETE)
    proposals = _digest(inventory, drafted, PROPOSE)
    said = what_people_said(inventory.answers, {deletions, proposals} - {None}, policy, now=now)
    standing = _standing(barriers, deletions, said)
    may_propose = proposals in {each.digest for each in said if each.counts} and not standing
    items = tuple(_final(item, standing, yes=may_propose) for item in drafted)
    told = pages(inventory, policy, owns, standing, deletions, now=now)
    return Plan(inventory.environment, items, standing, deletions, proposals, said, told)


def _digest(inventory: Inventory, items: Sequence[Item], action: str) -> str | None:
    named = sorted([item.region, item.id] for item in items if item.planned == action)
    return digest({"environment": inventory.environment, action: named}) if named else None


def _standing(
    barriers: Sequence[Barrier], deletions: str | None, said: Sequence[Said]
) -> tuple[Barrier, ...]:
    about = [each for each in said if each.digest == deletions]
    if any(each.is_no for each in about):
        return (*barriers, Barrier("answered-no", "a person said no to this plan", answerable=False))
    agreed = any(each.counts for each in about)
    return tuple(each for each in barriers if not (each.answerable and agreed))


def _final(item: Item, standing: Sequence[Barrier], *, yes: bool) -> Item:
    if item.planned == DELETE and standing:
        return item._replace(
            action=KEEP, reasons=("nothing is deleted: " + standing[0].sentence, *item.reasons)
        )
    if item.planned == PROPOSE and yes:
        return item._replace(action=DELETE, reasons=(*item.reasons, "a person said yes to the proposals"))
    return item
