"""Chooses which nodes go when a node group shrinks."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from functions.core.cluster import Node


def drain_order(nodes: Iterable[Node]) -> tuple[Node, ...]:
    """Returns the nodes of one group in the order in which they would go, down to none.

    Nodes that an earlier attempt cordoned come first, so that a run that is taken up goes on with the same
    ones. Then those that are not ready, then the oldest of the zone that has the most: an even spread keeps
    the Auto Scaling group from rebalancing by itself.

    However many of them go, what is left is spread as evenly as it can be.
    """
    left = sorted(nodes, key=lambda node: (node.created_at, node.name))
    victims: list[Node] = []
    while left:
        crowd = Counter(node.zone for node in left)
        worst = min(left, key=lambda node: (not node.cordoned_by_toban, node.ready, -crowd[node.zone]))
        left.remove(worst)
        victims.append(worst)
    return tuple(victims)
