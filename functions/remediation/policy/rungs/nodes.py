"""Rungs that change nodes: one more, one closed for new pods, one emptied."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from functions.remediation.policy.codes import Ladder, Rung, Verdict
from functions.remediation.policy.looks import Stop, page, read
from functions.remediation.policy.plan import Change, Step
from functions.remediation.policy.reasons import Code, Reason
from functions.remediation.policy.rungs.floors import after_losing
from functions.remediation.policy.sources import Source

if TYPE_CHECKING:
    from functions.remediation.policy.case import Case
    from functions.remediation.policy.cluster_facts import Node

MORE = (Source.PODS, Source.NODEGROUP, Source.ROOM)
CORDON = (Source.NODES, Source.PODS)
DRAIN = (Source.NODES, Source.PODS, Source.WORKLOAD, Source.TARGETS, Source.NODEGROUP)


def lost(case: Case) -> Stop | None:
    """Pages where many nodes, or all of a zone that has several, are not ready: no single node's fault."""
    found = read(case.snapshot.nodes)
    dead = [node for node in found if not node.ready]
    if not dead:
        return None
    if len(dead) >= case.policy.numbers.nodes_not_ready:
        text = f"{len(dead)} nodes are not ready at once: a zone or the control plane, nothing to remedy"
        return page(Reason(Code.MANY_NODES_NOT_READY, text))
    there, gone = Counter(node.zone for node in found), Counter(node.zone for node in dead)
    for zone, count in gone.items():
        if count == there[zone] > 1:
            text = f"all {count} nodes of {zone} are not ready: the zone is lost"
            return page(Reason(Code.ZONE_LOST, text))
    return None


def raise_nodegroup(case: Case, cause: Reason) -> Step | Reason | Stop:
    """Adds a node, or room for Cluster Autoscaler to add one, which a person approves."""
    group = read(case.snapshot.nodegroup)
    if group.owner == "karpenter":
        return Reason(Code.OTHER_OWNER, f"{group.name} is Karpenter's: two would fight over it")
    if group.owner == "cluster_autoscaler" and group.desired < group.max:
        text = f"Cluster Autoscaler may still add {group.max - group.desired} nodes to {group.name}"
        return Stop(Verdict.WAIT, Reason(Code.AUTOSCALER_AT_WORK, text))
    if read(case.snapshot.room).instances < 1:
        return Reason(Code.QUOTA, "the account may start no more instances")
    if group.owner == "cluster_autoscaler":
        change = Change("Nodegroup", "/scalingConfig/maxSize", group.max, group.max + 1)
        asks = Reason(Code.ASKS_ALWAYS, f"{group.name} may grow beyond {group.max} nodes: a person decides")
        return Step(Rung.RAISE_NODEGROUP, cause, group.name, (change,), needs_person=asks)
    if group.desired >= group.max:
        return Reason(Code.CAP_REACHED, f"{group.name} has {group.desired} nodes, its maximum")
    change = Change("Nodegroup", "/scalingConfig/desiredSize", group.desired, group.desired + 1)
    return Step(Rung.RAISE_NODEGROUP, cause, group.name, (change,))


def cordon(case: Case, node: Node, cause: Reason) -> Step | Reason | None:
    """Closes a node for new pods, within the share that we may close; None: it is closed."""
    if node.cordoned:
        return None
    nodes = read(case.snapshot.nodes)
    ours = sum(each.cordoned_by_us for each in nodes)
    most = max(1, len(nodes) * case.policy.caps.cordoned_percent // 100)
    if ours >= most:
        return Reason(Code.CORDON_LIMIT, f"{ours} nodes are cordoned by us, of {most} at most")
    change = Change(f"Node/{node.name}", "/spec/unschedulable", False, True)  # noqa: FBT003 - values of a field
    return Step(Rung.CORDON_NODE, cause, node.name, (change,))


def drain(case: Case, node: Node, cause: Reason, *, ladder: Ladder) -> Step | Reason | None:
    """Empties a cordoned node; a person approves, except where availability suffers and others serve."""
    if not node.cordoned:
        return None
    if not node.cordoned_by_us:
        return Reason(Code.OTHER_OWNER, f"a person has cordoned {node.name}: it is theirs")
    group = read(case.snapshot.nodegroup)
    if group.owner in {"karpenter", "node_repair"}:
        return Reason(Code.OTHER_OWNER, f"{group.name}'s nodes are replaced by {group.owner}: one surgeon")
    targets = read(case.snapshot.targets)
    here = [pod for pod in read(case.snapshot.pods) if pod.node == node.name and pod.ready]
    served = [pod for pod in here if pod.name not in targets.unhealthy_pods]
    effect = after_losing(case, ready=len(here), healthy=len(served))
    if isinstance(effect, Reason):
        return effect
    asks = None
    elsewhere = targets.healthy - len(served)
    if ladder is not Ladder.LOW_AVAILABILITY or elsewhere < case.policy.numbers.ready_minimum:
        asks = Reason(Code.ASKS_ALWAYS, f"a drain of {node.name} with {elsewhere} healthy targets elsewhere")
    return Step(Rung.DRAIN_NODE, cause, node.name, (Change("Node", "drain", None, node.name),), effect, asks)
