"""Ladder 1, high CPU: the autoscaler as long as it can; then one pod, more replicas, a node."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.remediation.policy.codes import Ladder, Rung, Verdict
from functions.remediation.policy.looks import Look, Stop, page, read
from functions.remediation.policy.reasons import Code, Reason
from functions.remediation.policy.rungs import capacity, nodes, outliers, pods, releases, scaling
from functions.remediation.policy.sources import Source

if TYPE_CHECKING:
    from functions.remediation.policy.case import Case
    from functions.remediation.policy.cluster_facts import Node
    from functions.remediation.policy.plan import Step


def release(case: Case) -> Step | Reason | Stop | None:
    """Takes back a release that brought the load."""
    cause = releases.release_that_fits(case, outliers.hot(case))
    return cause and releases.roll_back(case, cause)


def pending(case: Case) -> Step | Reason | Stop | None:
    """Makes room for pods that wait for processors."""
    waiting = [pod.name for pod in read(case.snapshot.pods) if pod.pending == "cpu"]
    if not waiting:
        return None
    cause = Reason(Code.PENDING_PODS, f"{len(waiting)} pods wait for processors: {waiting[0]}")
    return nodes.raise_nodegroup(case, cause)


def autoscaler(case: Case) -> Stop | None:
    """Lets an autoscaler that still can."""
    scaler = read(case.snapshot.autoscaler)
    if scaler is None or scaler.max <= scaler.current or scaler.wanted <= scaler.current:
        return None
    text = f"the autoscaler wants {scaler.wanted} replicas, has {scaler.current} and may have {scaler.max}"
    return Stop(Verdict.WAIT, Reason(Code.AUTOSCALER_AT_WORK, text))


def one_pod(case: Case) -> Step | Reason | None:
    """Evicts the one hot pod."""
    pod = outliers.the_only_one(case, outliers.hot(case))
    if pod is None:
        return None
    return pods.evict(case, pod, Reason(Code.ONE_POD, f"{pod.name} alone is hot: {pod.cpu_percent:g} %"))


def more(case: Case) -> Step | Reason | None:
    """Raises the bound of an autoscaler at its maximum, or scales out where there is none."""
    scaler = read(case.snapshot.autoscaler)
    if scaler is None:
        return scaling.scale_out(case, Reason(Code.NO_AUTOSCALER, "no autoscaler scales it"))
    if scaler.current < scaler.max:
        return None
    return scaling.raise_max(
        case, scaler, Reason(Code.AT_MAXIMUM, f"its autoscaler is at {scaler.max}, its maximum")
    )


def _hot_node(case: Case) -> Node | None:
    hot = [node for node in read(case.snapshot.nodes) if node.cpu_percent > case.policy.numbers.cpu_percent]
    return hot[0] if len(hot) == 1 < len(read(case.snapshot.nodes)) else None


def hot_node(case: Case) -> Step | Reason | None:
    """Closes the one hot node for new pods."""
    node = _hot_node(case)
    return node and nodes.cordon(case, node, Reason(Code.ONE_NODE, f"{node.name} alone is hot"))


def hot_node_still(case: Case) -> Step | Reason | None:
    """Empties it, once it is closed."""
    node = _hot_node(case)
    cause = node and Reason(Code.ONE_NODE, f"{node.name} is closed and still hot")
    return node and cause and nodes.drain(case, node, cause, ladder=Ladder.HIGH_CPU)


def disagreement(case: Case) -> Stop | None:
    """Pages where the autoscaler, below its maximum, wants no more."""
    scaler = read(case.snapshot.autoscaler)
    if scaler is None or scaler.current >= scaler.max or scaler.wanted > scaler.current:
        return None
    text = f"alarm and autoscaler disagree: it wants {scaler.wanted} replicas and has {scaler.current}"
    return page(Reason(Code.AUTOSCALER_DISAGREES, text))


LOOKS = (
    Look(Rung.ROLLBACK, releases.ROLLBACK, release),
    Look(Rung.RAISE_NODEGROUP, nodes.MORE, pending),
    Look(Rung.LET_AUTOSCALER, (Source.AUTOSCALER,), autoscaler),
    Look(Rung.EVICT_POD, pods.EVICTION, one_pod),
    Look(Rung.RAISE_MAX_REPLICAS, (Source.AUTOSCALER, *capacity.SOURCES), more),
    Look(Rung.CORDON_NODE, nodes.CORDON, hot_node),
    Look(Rung.DRAIN_NODE, nodes.DRAIN, hot_node_still),
    Look(None, (Source.AUTOSCALER,), disagreement),
)
