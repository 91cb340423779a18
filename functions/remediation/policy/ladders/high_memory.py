"""Ladder 2, high memory: a release, one leaking pod, traffic, old pods, a node; the third restart pages."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from functions.remediation.policy.codes import Ladder, Rung
from functions.remediation.policy.gates.spending import DAY
from functions.remediation.policy.looks import Look, Stop, page, read
from functions.remediation.policy.reasons import Code, Reason
from functions.remediation.policy.rungs import capacity, nodes, outliers, pods, releases, scaling
from functions.remediation.policy.sources import Source, Unreadable

if TYPE_CHECKING:
    from functions.remediation.policy.case import Case
    from functions.remediation.policy.cluster_facts import Node
    from functions.remediation.policy.plan import Step

_ENDS_PODS = frozenset({Rung.EVICT_POD, Rung.ROLLING_RESTART})


def release(case: Case) -> Step | Reason | Stop | None:
    """Takes back a release since which memory grows, whatever the traffic."""
    if read(case.snapshot.metrics).memory_follows != "release":
        return None
    cause = releases.release_that_fits(case, outliers.full(case))
    return cause and releases.roll_back(case, cause)


def one_pod(case: Case) -> Step | Reason | Stop | None:
    """Evicts the one leaking pod."""
    pod = outliers.the_only_one(case, outliers.full(case))
    if pod is None:
        return None
    cause = Reason(Code.ONE_POD, f"{pod.name} alone is full: {pod.memory_percent:g} %")
    return _returns(case) or pods.evict(case, pod, cause)


def traffic(case: Case) -> Step | Reason | None:
    """Has one more replica run where memory follows the traffic."""
    if read(case.snapshot.metrics).memory_follows != "traffic":
        return None
    scaler = read(case.snapshot.autoscaler)
    cause = Reason(Code.FOLLOWS_TRAFFIC, "memory follows the traffic")
    return scaling.scale_out(case, cause) if scaler is None else scaling.raise_min(case, scaler, cause)


def old_pods(case: Case) -> Step | Reason | Stop | None:
    """Restarts all pods in turn where all are old and full."""
    found, is_full = read(case.snapshot.pods), outliers.full(case)
    old = timedelta(hours=case.policy.numbers.old_pod_hours)
    begun = [pod.started_at for pod in found if pod.started_at is not None and is_full(pod)]
    if not found or len(begun) < len(found) or any(case.now - start < old for start in begun):
        return None
    cause = Reason(Code.ALL_PODS_OLD, f"all {len(found)} pods are full and older than {old}")
    return _returns(case) or pods.restart(case, cause)


def _returns(case: Case) -> Stop | None:
    """Returns the page that takes the place of the third restart of a day: it would hide a leak for ever."""
    if isinstance(case.history, Unreadable):
        return None
    own = {
        run.id
        for run in case.history.runs
        if run.service == case.service.name
        and run.ladder in {None, Ladder.HIGH_MEMORY.value}
        and _ENDS_PODS & {*run.rungs}
        and case.now - run.began < DAY
    }
    at_work = case.history.at_work
    earlier = len(own) + bool(at_work and at_work.id not in own and _ENDS_PODS & {*at_work.tried})
    if earlier + 1 < case.policy.numbers.leak_restarts:
        return None
    text = f"memory was freed by a restart {earlier} times in 24 hours: it leaks; a ticket, no restart"
    return page(Reason(Code.LEAK_RETURNS, text))


def _node(case: Case) -> Node | None:
    return next((node for node in read(case.snapshot.nodes) if node.memory_pressure), None)


def pressed_node(case: Case) -> Step | Reason | None:
    """Closes a node under memory pressure for new pods."""
    node = _node(case)
    return node and nodes.cordon(case, node, Reason(Code.NODE_PRESSURE, f"{node.name} is short of memory"))


def pressed_node_still(case: Case) -> Step | Reason | None:
    """Empties it, once it is closed."""
    node = _node(case)
    cause = node and Reason(Code.NODE_PRESSURE, f"{node.name} is closed and still short of memory")
    return node and cause and nodes.drain(case, node, cause, ladder=Ladder.HIGH_MEMORY)


LOOKS = (
    Look(Rung.ROLLBACK, (Source.METRICS, *releases.ROLLBACK), release),
    Look(Rung.EVICT_POD, pods.EVICTION, one_pod),
    Look(Rung.RAISE_MIN_REPLICAS, (Source.METRICS, Source.AUTOSCALER, *capacity.SOURCES), traffic),
    Look(Rung.ROLLING_RESTART, pods.RESTART, old_pods),
    Look(Rung.CORDON_NODE, nodes.CORDON, pressed_node),
    Look(Rung.DRAIN_NODE, nodes.DRAIN, pressed_node_still),
)
