"""Shares out, over a cluster's node groups, how many nodes stay when it sleeps."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from functions.core.nodegroups import Size


def sizes_asleep(by_day: Mapping[str, Size], nodes: int | None) -> dict[str, Size]:
    """Returns the size of each node group when so many nodes stay over all of them.

    A group that always runs nodes by day keeps its own before one that may be empty, so what is bought by
    the minute, spot above all, goes first; of equals the first by name stays. Nothing grows. Max stays,
    because EKS refuses a max of 0 and an autoscaler may need the room.

    Args:
        by_day: Each group's size while everything is awake.
        nodes: How many stay; None leaves every group as it is by day.
    """
    if nodes is None:
        return dict(by_day)
    left = nodes
    asleep: dict[str, Size] = {}
    for name in sorted(by_day, key=lambda each: (-by_day[each].min, each)):
        size = by_day[name]
        kept = min(size.desired, left)
        left -= kept
        asleep[name] = size._replace(min=min(size.min, kept), desired=kept)
    return {name: asleep[name] for name in by_day}
