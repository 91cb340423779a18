"""One pass of a drain: who goes, who may leave now, and which nodes are empty."""

from collections.abc import Container, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from functions.core.cluster import Node, Pod
from functions.core.errors import OpsError
from functions.core.instants import read_instant
from functions.core.ports.kubernetes import Cluster
from functions.night_scaling.actions.context import StepContext
from functions.night_scaling.actions.lower import lower
from functions.night_scaling.contract import CAPABILITY
from functions.night_scaling.policy.deadlines import STRANGERS_PATIENCE
from functions.night_scaling.policy.victims import drain_order
from functions.night_scaling.ports import Ports
from functions.runs.batch import attempt_each
from functions.runs.policy.deadlines import is_spent


class Drained(NamedTuple):
    """What became of one node in a pass.

    Attributes:
        node: The node.
        blockers: What said no, a phrase each.
        empty: Whether nothing is left on it.
        moved: Whether a pod left it, or is leaving.
        closed: Whether it is closed to new pods.
    """

    node: Node
    blockers: tuple[str, ...] = ()
    empty: bool = False
    moved: bool = False
    closed: bool = True


class Pass(NamedTuple):
    """What one pass came to.

    Attributes:
        drained: Each node that it took.
        later: Whether more nodes follow in the next pass.
        kept: Pods that must not be taken, and why, a phrase each.
        kept_nodes: How many nodes such pods keep up beyond those that stay, by node group.
        asked: When each node was first asked of its pods, as text, by name.
    """

    drained: Sequence[Drained]
    later: bool
    kept: tuple[str, ...]
    kept_nodes: dict[str, int]
    asked: dict[str, str]


def drain_pass(cluster: Cluster, context: StepContext, *, now: datetime) -> Pass:
    """Cordons and evicts the surplus nodes, of each group no more at a time than its share.

    A node with a pod that must not be taken is not touched, and counts first among those that stay. One that
    nothing leaves does not count to the share: it must not keep the others up. One that only strangers' pods
    hold is asked of them for a while, and then stays for their sake; none is emptied in its place.
    """
    nodes = cluster.nodes()
    drained: list[Drained] = []
    kept: list[str] = []
    kept_nodes: dict[str, int] = {}
    asked = dict(context.plan.asked)
    later = False
    for name, size in context.desired.sizes.items():
        group = [node for node in nodes if node.nodegroup == name]
        given_up = _given_up(group, asked)
        surplus = len(group) - size.desired - len(given_up)
        room = max(1, len(group) * context.plan.share_percent // 100)
        stuck: list[str] = []
        taken = 0
        for node in _candidates(group, given_up, surplus):
            if taken == surplus:
                break
            pods = cluster.pods_to_evict(node.name)
            reasons = [f"pod {pod.namespace}/{pod.name}: {pod.kept_because}" for pod in pods if _stays(pod)]
            if reasons:
                stuck += reasons
                if node.cordoned_by_toban:
                    reopen(cluster, [node])
                continue
            strange = _held_by_strangers(pods, asked.get(node.name), now)
            if strange:
                kept += strange
                reopen(cluster, [node])
                given_up.add(node.name)
                taken += 1
                continue
            if room == 0:
                later = True
                break
            drained.append(_drain(cluster, node, pods))
            if drained[-1].closed:
                asked.setdefault(node.name, now.isoformat())
            taken += 1
            room -= drained[-1].moved or drained[-1].empty
        missing = surplus - taken if taken < surplus and not later else 0
        kept += stuck if missing else ()
        if missing or given_up:
            kept_nodes[name] = missing + len(given_up)
    return Pass(drained, later, tuple(kept), kept_nodes, asked)


def _given_up(group: Sequence[Node], asked: Mapping[str, str]) -> set[str]:
    """Returns the nodes that were asked and are open again, by name."""
    return {node.name for node in group if node.name in asked and not node.cordoned_by_toban}


def _candidates(group: Sequence[Node], given_up: Container[str], surplus: int) -> Sequence[Node]:
    """Returns the nodes that may go, in their order; none when enough of them are gone."""
    return drain_order(node for node in group if node.name not in given_up) if surplus > 0 else ()


def _held_by_strangers(pods: Sequence[Pod], since: str | None, now: datetime) -> list[str]:
    """Returns why a node stays that was asked of strangers' pods long enough; nothing while it is asked."""
    if since is None or not pods or not all(pod.stranger for pod in pods):
        return []
    if not is_spent(STRANGERS_PATIENCE, started_at=read_instant(since), now=now):
        return []
    return [f"pod {pod.namespace}/{pod.name}: it did not leave when it was asked" for pod in pods]


def _stays(pod: Pod) -> bool:
    return pod.kept_because is not None and not pod.leaving


def _drain(cluster: Cluster, node: Node, pods: Sequence[Pod]) -> Drained:
    """Cordons one node and asks each of its pods to leave; whatever says no keeps this node alone."""
    blockers: list[str] = []
    # A stranger's pod that never ends leaving must not take the others' turn.
    moved = any(pod.leaving and not pod.stranger for pod in pods)
    try:
        if not node.cordoned:
            cluster.cordon(node.name, by=CAPABILITY)
    except OpsError as error:
        return Drained(node, (str(error),), closed=False)
    if not pods and not node.cordoned and cluster.pods_to_evict(node.name):
        # One came between the look and the closing; the next pass asks it as any other.
        return Drained(node, ("a pod came before it was closed",))
    for pod in pods:
        if pod.leaving:
            continue
        try:
            sentence = cluster.evict(pod)
        except OpsError as error:
            sentence = f"{pod.namespace}/{pod.name}: {error}"
        if sentence is None:
            moved = True
        else:
            blockers.append(sentence)
    return Drained(node, tuple(blockers), empty=not pods, moved=moved)


def reopen(cluster: Cluster, nodes: Sequence[Node]) -> None:
    """Lets pods onto nodes again that stay up; what a person had cordoned stays cordoned."""

    def uncordon(node: Node) -> None:
        cluster.uncordon(node.name)

    attempt_each((node for node in nodes if node.cordoned_by_toban or not node.cordoned), uncordon)


def end_empty(ports: Ports, context: StepContext, empty: Sequence[Node]) -> list[str]:
    """Ends the empty nodes, never more than the group's desired size stands above what it goes to."""
    ended: list[str] = []
    for name, size in context.desired.sizes.items():
        mine = [node for node in empty if node.nodegroup == name]
        group = ports.nodegroups.describe(name) if mine else None
        if group is None or not group.settled:
            continue
        if group.size.min > size.min:
            # An update that was on its way kept the step before from it.
            attempt_each([name], lambda name: lower(ports, context, name))
            continue
        surplus = group.size.desired - size.desired
        ended += attempt_each(mine[: max(0, surplus)], lambda node: _retire(ports, node)).did
    return ended


def _retire(ports: Ports, node: Node) -> str | None:
    return node.name if ports.nodegroups.retire(node) else None
