"""Chooses which nodes go when a node group shrinks."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from functions.core.cluster import Node


def choose_victims(nodes: Iterable[Node], *, keep: int) -> tuple[Node, ...]:
    """Chooses the surplus of one node group.

    Nodes that an earlier attempt cordoned come first, so that a run that is taken up goes on with the same
    ones. Then those that are not ready, then the oldest of the zone that has the most: an even spread keeps
    the Auto Scaling group from rebalancing by itself.

    Args:
        nodes: The group's nodes.
        keep: How many stay.

    Returns:
        The nodes to drain, in the order in which to do it.
    """
    left = sorted(nodes, key=lambda node: (node.created_at, node.name))
    victims: list[Node] = []
    while len(left) > keep:
        crowd = Counter(node.zone for node in left)
        worst = min(left, key=lambda node: (not node.cordoned_by_toban, node.ready, -crowd[node.zone]))
        left.remove(worst)
        victims.append(worst)
    return tuple(victims)
