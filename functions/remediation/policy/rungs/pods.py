"""Rungs that end pods: one by eviction, or all in turn by a restart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.remediation.policy.codes import Rung
from functions.remediation.policy.looks import page, read
from functions.remediation.policy.plan import Change, Step
from functions.remediation.policy.reasons import Code, Reason
from functions.remediation.policy.rungs.floors import after_losing, while_rolling
from functions.remediation.policy.sources import Source

if TYPE_CHECKING:
    from functions.remediation.policy.case import Case
    from functions.remediation.policy.cluster_facts import Pod
    from functions.remediation.policy.looks import Stop

EVICTION = (Source.PODS, Source.WORKLOAD, Source.TARGETS)
RESTART = (Source.PODS, Source.WORKLOAD, Source.TARGETS)


def evict(case: Case, pod: Pod, cause: Reason) -> Step | Reason:
    """Evicts one pod; a ready one only where enough others are left."""
    served = pod.ready and pod.name not in read(case.snapshot.targets).unhealthy_pods
    effect = after_losing(case, ready=int(pod.ready), healthy=int(served))
    if isinstance(effect, Reason):
        return effect
    return Step(Rung.EVICT_POD, cause, pod.name, (Change("Pod", "eviction", None, pod.name),), effect)


def restart(case: Case, cause: Reason) -> Step | Reason | Stop:
    """Restarts all pods in turn, where a new one is there before an old one goes."""
    workload = read(case.snapshot.workload)
    reverts = reverted(case)
    if reverts is not None:
        return reverts
    if workload.max_unavailable > 0 and workload.max_surge < 1:
        text = (
            f"maxUnavailable is {workload.max_unavailable} and maxSurge 0: old pods go before new ones come"
        )
        return Reason(Code.UNAVAILABLE_DURING_RESTART, text)
    least = case.policy.numbers.ready_minimum
    if workload.ready < least:
        return Reason(Code.READY_FLOOR, f"{workload.ready} pods are ready, of at least {least}")
    effect = while_rolling(case)
    if isinstance(effect, Reason):
        return effect
    annotation = "/spec/template/metadata/annotations/toban.dev~1restarted-at"
    change = Change(workload.kind, annotation, None, case.now.isoformat())
    return Step(Rung.ROLLING_RESTART, cause, case.service.name, (change,), effect)


def reverted(case: Case) -> Stop | None:
    """Returns the page where a controller puts the template back: a person reverts the commit instead."""
    gitops = read(case.snapshot.workload).gitops
    if gitops is None or not gitops.self_heals:
        return None
    text = (
        f"its repository would undo any change of the template; revert commit {gitops.commit or '(unknown)'}"
    )
    return page(Reason(Code.REVERTED_BY_GITOPS, text))
