"""Ready pods and healthy targets stay at the minimum after any rung."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.remediation.policy.looks import read
from functions.remediation.policy.plan import Effect
from functions.remediation.policy.reasons import Code, Reason

if TYPE_CHECKING:
    from functions.remediation.policy.case import Case


def after_losing(case: Case, *, ready: int, healthy: int) -> Effect | Reason:
    """Returns what is left when ready pods and healthy targets go at once, or which floor forbids it.

    Losing none of either is allowed at any number: a pod that is not ready may be evicted below the floor.
    """
    least = case.policy.numbers.ready_minimum
    workload, targets = read(case.snapshot.workload), read(case.snapshot.targets)
    left, served = workload.ready - ready, targets.healthy - healthy
    if ready and left < least:
        return Reason(Code.READY_FLOOR, f"{left} pods would be ready, of at least {least}")
    if healthy and served < least:
        return Reason(Code.HEALTHY_FLOOR, f"{served} targets would be healthy, of at least {least}")
    return Effect(ready_at_least=left, healthy_at_least=served)


def while_rolling(case: Case) -> Effect | Reason:
    """Returns what stays while every pod is replaced in turn, or which floor forbids it.

    A roll-out takes no ready pod while fewer than the desired less `maxUnavailable` are ready.
    """
    least = case.policy.numbers.ready_minimum
    workload, targets = read(case.snapshot.workload), read(case.snapshot.targets)
    floor = max(0, workload.desired - workload.max_unavailable)
    if floor < least and workload.ready > floor:
        text = f"{floor} pods would stay ready while {workload.desired} are replaced, of at least {least}"
        return Reason(Code.READY_FLOOR, text)
    if floor < least and targets.healthy > floor:
        return Reason(Code.HEALTHY_FLOOR, f"{floor} targets would stay healthy, of at least {least}")
    return Effect(ready_at_least=min(workload.ready, floor), healthy_at_least=min(targets.healthy, floor))
