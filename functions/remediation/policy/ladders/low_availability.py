"""Ladder 4, too few healthy targets: capacity first; nothing takes a ready pod before two serve again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.remediation.policy.codes import Ladder, Rung, Verdict
from functions.remediation.policy.looks import Look, Stop, page, read
from functions.remediation.policy.reasons import Code, Reason
from functions.remediation.policy.rungs import capacity, nodes, pods, releases, scaling
from functions.remediation.policy.sources import Source, Unreadable

if TYPE_CHECKING:
    from functions.remediation.policy.case import Case
    from functions.remediation.policy.plan import Step


def database_down(case: Case) -> Stop | None:
    """Pages where pods are not ready because the database is not: no pod is touched."""
    if read(case.snapshot.database).available:
        return None
    return page(
        Reason(Code.DATABASE_DOWN, "pods are not ready because the database does not answer; none is touched")
    )


def healthy(case: Case) -> Stop | None:
    """Hands on where enough targets are healthy again, and no node is left to be emptied."""
    found, least = read(case.snapshot.targets).healthy, case.policy.numbers.ready_minimum
    nodes_found = case.snapshot.nodes
    dead = not isinstance(nodes_found, Unreadable) and any(not node.ready for node in nodes_found)
    if found < least or dead:
        return None
    text = f"{found} targets are healthy, of at least {least}: the cause is elsewhere, or over"
    return Stop(Verdict.NOTHING, Reason(Code.TARGETS_ARE_HEALTHY, text), hands_on=True)


def awaited(case: Case) -> Stop | None:
    """Waits for a roll-out until its deadline, while the revision before it serves."""
    rollout = releases.under_way(case)
    if rollout is None or rollout.deadline is None or case.now >= rollout.deadline:
        return None
    if rollout.previous_ready < case.policy.numbers.ready_minimum:
        return None
    text = f"a roll-out has until {rollout.deadline.isoformat()}, and {rollout.previous_ready} old pods serve"
    return Stop(Verdict.WAIT, Reason(Code.ROLLOUT_UNDER_WAY, text))


def release(case: Case) -> Step | Reason | Stop | None:
    """Takes back a release whose pods do not become ready."""
    cause = releases.release_that_fits(case, lambda pod: not pod.ready and pod.pending is None)
    return cause and releases.roll_back(case, cause)


def floor(case: Case) -> Step | Reason | None:
    """Raises a workload that asks for too few."""
    desired, least = read(case.snapshot.workload).desired, case.policy.numbers.ready_minimum
    if desired >= least:
        return None
    return scaling.scale_to_floor(
        case, Reason(Code.BELOW_FLOOR, f"{desired} replicas are asked for, of {least}")
    )


def pending(case: Case) -> Step | Reason | Stop | None:
    """Makes room for pods that wait for it."""
    waiting = [pod.name for pod in read(case.snapshot.pods) if pod.pending in {"cpu", "memory", "room"}]
    if not waiting:
        return None
    return nodes.raise_nodegroup(
        case, Reason(Code.PENDING_PODS, f"{len(waiting)} pods wait for room: {waiting[0]}")
    )


def dead_node(case: Case) -> Step | Reason | None:
    """Closes a node that is not ready, or on which all unhealthy pods are."""
    found = _ill_node(case)
    if found is None:
        return None
    node = next((each for each in read(case.snapshot.nodes) if each.name == found[0]), None)
    return node and nodes.cordon(case, node, found[1])


def dead_node_still(case: Case) -> Step | Reason | None:
    """Empties it, once it is closed."""
    found = _ill_node(case)
    if found is None:
        return None
    node = next((each for each in read(case.snapshot.nodes) if each.name == found[0]), None)
    return node and nodes.drain(case, node, found[1], ladder=Ladder.LOW_AVAILABILITY)


def _ill_node(case: Case) -> tuple[str, Reason] | None:
    for node in read(case.snapshot.nodes):
        if not node.ready:
            return node.name, Reason(Code.NODE_NOT_READY, f"{node.name} is not ready")
    ill = {
        pod.node for pod in read(case.snapshot.pods) if not pod.ready and pod.node and not pod.crash_looping
    }
    count = sum(not pod.ready and pod.node is not None for pod in read(case.snapshot.pods))
    if len(ill) == 1 and count > 1:
        name = str(ill.pop())
        return name, Reason(Code.ONE_NODE, f"all {count} pods that are not ready are on {name}")
    return None


def stuck_pod(case: Case) -> Step | Reason | None:
    """Evicts the one pod that is not ready on a node that is."""
    stuck = [pod for pod in read(case.snapshot.pods) if not pod.ready and pod.pending is None and pod.node]
    if len(stuck) != 1:
        return None
    return pods.evict(case, stuck[0], Reason(Code.NOT_READY_POD, f"{stuck[0].name} alone is not ready"))


def probes(case: Case) -> Stop | None:
    """Pages where pods are ready and their targets are not: a probe, or a security group."""
    ready, least = read(case.snapshot.workload).ready, case.policy.numbers.ready_minimum
    if ready < least:
        return None
    return page(
        Reason(Code.PROBES_DISAGREE, f"{ready} pods are ready, and the balancer finds them unhealthy")
    )


LOOKS = (
    Look(None, (Source.TARGETS,), healthy),
    Look(None, (Source.DATABASE,), database_down),
    Look(Rung.AWAIT_ROLLOUT, (Source.ROLLOUT,), awaited),
    Look(Rung.ROLLBACK, releases.ROLLBACK, release),
    Look(Rung.SCALE_TO_FLOOR, (Source.AUTOSCALER, *capacity.SOURCES), floor),
    Look(Rung.RAISE_NODEGROUP, nodes.MORE, pending),
    Look(Rung.CORDON_NODE, nodes.CORDON, dead_node),
    Look(Rung.DRAIN_NODE, nodes.DRAIN, dead_node_still),
    Look(Rung.EVICT_POD, (*pods.EVICTION, Source.DATABASE), stuck_pod),
    Look(None, (Source.WORKLOAD, Source.TARGETS), probes),
)
