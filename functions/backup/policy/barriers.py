"""What keeps a whole plan from being carried out: facts that cannot be trusted, and too much at once."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from functions.backup.policy.family import Own
    from functions.backup.policy.inventory import Inventory
    from functions.backup.policy.retention_policy import RetentionPolicy


class Barrier(NamedTuple):
    """Why nothing is deleted; `answerable` when a person's yes to the plan's digest lifts it."""

    name: str
    sentence: str
    answerable: bool


def untrusted_listings(inventory: Inventory) -> list[Barrier]:
    """Returns a barrier for each listing that cannot be believed; a missing one is unreadable."""
    found = []
    listings = {listing.region: listing for listing in inventory.listings}
    for region in (inventory.region, inventory.recovery_region):
        if region is None:
            continue
        listing = listings.get(region)
        if listing is None or listing.status == "unreadable":
            found.append(
                Barrier("listing-unreadable", f"the listing of {region} could not be read", answerable=False)
            )
        elif listing.status == "cut-off":
            found.append(Barrier("listing-cut-off", f"the listing of {region} was cut off", answerable=False))
        elif not listing.snapshots and listing.yesterday:
            sentence = f"the listing of {region} is empty, and yesterday it had {listing.yesterday}"
            found.append(Barrier("listing-empty", sentence, answerable=True))
    return found


def too_much_at_once(owns: Sequence[Own], going: Sequence[Own], policy: RetentionPolicy) -> list[Barrier]:
    """Returns a barrier for each series in a Region, of a database, that would lose more than its share."""
    there = Counter((own.region, own.series, own.snapshot.database) for own in owns)
    leaving = Counter((own.region, own.series, own.snapshot.database) for own in going)
    return [
        Barrier(
            "too-much-at-once",
            f"{leaving[group]} of {there[group]} of {group[1]} in {group[0]} would go, "
            f"more than {policy.most_share_percent} percent",
            answerable=True,
        )
        for group in sorted(leaving)
        if leaving[group] * 100 > there[group] * policy.most_share_percent
    ]
