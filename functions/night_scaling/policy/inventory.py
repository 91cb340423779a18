"""Does what was found look right, beside what was there? An empty answer is rather a fault than a fact."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from functions.core.instants import read_instant

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

NOTE = "night_scaling/inventory"
REMEMBERED = timedelta(hours=24)
"""How long a node group that is gone is missed: a removal that was meant is taken for one after a day."""
REFRESHED = timedelta(hours=1)
"""How old the memory may become before a tick writes it anew, so that quiet ticks write nothing."""
MOST_GONE = 0.5
FEWEST = 3
"""Workloads from which on finding none at all is no longer believed."""


def vanished(values: Mapping[str, object], found: Iterable[str], *, now: datetime) -> tuple[str, ...]:
    """Returns the node groups that were seen within a day and are gone, when they are more than half.

    Else nothing.
    """
    known = _known(values, now=now)
    gone = sorted(known - set(found))
    return tuple(gone) if len(gone) > MOST_GONE * len(known) else ()


def remembered(
    values: Mapping[str, object], found: Iterable[str], *, now: datetime
) -> dict[str, object] | None:
    """Returns the memory to write; None while it is fresh and the same."""
    names = set(found)
    seen = _seen(values)
    last = max((read_instant(at) for at in seen.values()), default=None)
    if names <= set(seen) and last is not None and now - last < REFRESHED:
        return None
    kept = {name: at for name, at in seen.items() if name in _known(values, now=now)}
    return {**values, "nodegroups": {**kept, **dict.fromkeys(names, now.isoformat())}}


def doubt_about_cluster(
    values: Mapping[str, object], *, workloads: int, nodes: int, nodes_expected: int
) -> str | None:
    """Returns why what the cluster says of itself is not believed; None when it is."""
    before = values.get("workloads", 0)
    if nodes == 0 and nodes_expected > 0:
        return (
            f"the cluster lists none of the {nodes_expected} nodes that its node groups should have; "
            "look at the cluster's API and at the rights of the group toban:night-scaling-reader"
        )
    if isinstance(before, int) and before >= FEWEST and workloads == 0:
        return (
            f"no workload has opted in, where {before} had at the last sleep; if that is meant, say so with "
            "`toban accept ENV`"
        )
    return None


def _seen(values: Mapping[str, object]) -> dict[str, str]:
    seen = values.get("nodegroups")
    return dict(seen) if isinstance(seen, dict) else {}


def _known(values: Mapping[str, object], *, now: datetime) -> set[str]:
    return {name for name, at in _seen(values).items() if now - read_instant(at) <= REMEMBERED}
