"""All of ours of one database in one Region, and which of them the rest is measured by."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from functions.backup.policy.retention_policy import FEWEST
from functions.backup.policy.worth import AVAILABLE, is_usable, is_verified

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from functions.backup.policy.inventory import Snapshot
    from functions.backup.policy.retention_policy import RetentionPolicy


class Own(NamedTuple):
    """A snapshot of ours: where it is, and of which series."""

    region: str
    series: str
    snapshot: Snapshot


class Family(NamedTuple):
    """What matters of one database's snapshots in one Region; ids are unique there.

    Attributes:
        newest_of_series: The newest two of each series, good or bad.
        usable_of_series: As many of each series as the policy keeps, of those that one could restore from.
        newest_verified: The newest that a restore has proved; None when none has been.
        newest_verified_at: When that was made.
        newest_copy: The newest copy that is there; None when none is.
    """

    newest_of_series: frozenset[str]
    usable_of_series: frozenset[str]
    newest_verified: str | None
    newest_verified_at: datetime | None
    newest_copy: str | None


NOBODY = Family(frozenset(), frozenset(), None, None, None)
"""The family of a database that has no snapshot of ours in a Region."""


def newest_first(owns: Iterable[Own]) -> list[Own]:
    """Returns them by age, the newest first; the id decides among twins."""
    return sorted(owns, key=lambda own: (own.snapshot.created_at, own.snapshot.id), reverse=True)


def families(owns: Iterable[Own], policy: RetentionPolicy, *, now: datetime) -> dict[tuple[str, str], Family]:
    """Returns the families by Region and database. What was made after `now` counts in none."""
    grouped: dict[tuple[str, str], list[Own]] = defaultdict(list)
    for own in newest_first(owns):
        grouped[own.region, own.snapshot.database] += [own] if own.snapshot.created_at <= now else []
    return {key: _family(members, policy, now=now) for key, members in grouped.items()}


def _family(members: list[Own], policy: RetentionPolicy, *, now: datetime) -> Family:
    newest: set[str] = set()
    usable: set[str] = set()
    for series in {own.series for own in members}:
        ids = [own.snapshot.id for own in members if own.series == series]
        good = [own for own in members if own.series == series and is_usable(own.snapshot, now=now)]
        newest |= set(ids[:FEWEST])
        usable |= {own.snapshot.id for own in good[: max(policy.keep[series], FEWEST)]}
    verified = next((own.snapshot for own in members if is_verified(own.snapshot, now=now)), None)
    copies = (own.snapshot.id for own in members if own.snapshot.copy_of and own.snapshot.state == AVAILABLE)
    return Family(
        frozenset(newest),
        frozenset(usable),
        verified.id if verified else None,
        verified.created_at if verified else None,
        next(copies, None),
    )
