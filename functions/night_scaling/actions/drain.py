"""One pass of a drain: who goes, who may leave now, and which nodes are empty."""

from collections.abc import Mapping
from math import ceil
from typing import NamedTuple

from functions.core.cluster import Node
from functions.core.ports.kubernetes import Cluster
from functions.night_scaling.actions.context import StepContext
from functions.night_scaling.contract import CAPABILITY
from functions.night_scaling.policy.victims import choose_victims
from functions.night_scaling.ports import Ports


class Pass(NamedTuple):
    """What one pass came to.

    Attributes:
        held: Each node that it took, with what the budgets said; None for one that is empty.
        later: Whether more nodes follow in the next pass.
    """

    held: Mapping[Node, list[str] | None]
    later: bool


def drain_pass(cluster: Cluster, context: StepContext) -> Pass:
    """Cordons and evicts the surplus nodes, of each group no more at a time than its share.

    A node that a budget holds moves nothing, so it does not count: it must not keep the others up.
    """
    nodes = cluster.nodes()
    held: dict[Node, list[str] | None] = {}
    later = False
    for name, size in context.desired.sizes.items():
        group = [node for node in nodes if node.nodegroup == name]
        room = max(1, ceil(len(group) * context.plan.share_percent / 100))
        for node in choose_victims(group, keep=size.desired):
            if room == 0:
                later = True
                break
            if not node.cordoned:
                cluster.cordon(node.name, by=CAPABILITY)
            held[node] = evict_all(cluster, node)
            room -= not held[node]
    return Pass(held, later)


def evict_all(cluster: Cluster, node: Node) -> list[str] | None:
    """Asks each pod of a node to leave.

    None when there is none, else what the budgets said, perhaps nothing.
    """
    pods = cluster.pods_to_evict(node.name)
    if not pods:
        return None
    answers = (cluster.evict(pod) for pod in pods if not pod.leaving)
    return [sentence for sentence in answers if sentence is not None]


def end_empty(ports: Ports, context: StepContext, empty: list[Node]) -> list[str]:
    """Ends the empty nodes, never more than the group's desired size stands above what it goes to."""
    ended = []
    for name, size in context.desired.sizes.items():
        mine = [node for node in empty if node.nodegroup == name]
        group = ports.nodegroups.describe(name) if mine else None
        surplus = group.size.desired - size.desired if group else 0
        for node in mine:
            if surplus > 0 and ports.nodegroups.retire(node.instance_id):
                surplus -= 1
                ended.append(node.name)
    return ended
