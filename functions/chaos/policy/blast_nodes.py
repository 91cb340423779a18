"""How many nodes of a group may go whichever they are: AWS chooses them, so the worst choice counts."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from functions.chaos.policy.inventory import Node, Workload


def nodes_that_may_go(nodes: Sequence[Node], workloads: Sequence[Workload]) -> int:
    """Returns how many of these nodes may end at once.

    Args:
        nodes: Ready nodes of one group.
        workloads: Every workload that is known, whatever its namespace: a node takes all of them along.
    """
    names = {node.name for node in nodes}
    return min((_before_it_hurts(workload, names) for workload in workloads), default=len(nodes))


def _before_it_hurts(workload: Workload, names: set[str]) -> int:
    fullest_first = Counter(pod.node for pod in workload.ready if pod.node in names).most_common()
    left = len(workload.ready)
    for taken, (_, pods) in enumerate(fullest_first):
        left -= pods
        if left < workload.minimum:
            return taken
    return len(names)
