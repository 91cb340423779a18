"""Rungs that change how many replicas there may or must be: an autoscaler's bound where there is one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.remediation.policy.codes import Rung
from functions.remediation.policy.looks import read
from functions.remediation.policy.plan import Change, Effect, Step
from functions.remediation.policy.reasons import Code, Reason
from functions.remediation.policy.rungs.capacity import connections_allowed, room_for
from functions.remediation.policy.rungs.capacity import connections_with as connections_with_replicas

if TYPE_CHECKING:
    from functions.remediation.policy.case import Case
    from functions.remediation.policy.cluster_facts import Autoscaler

AUTOSCALER, MAX, MIN, REPLICAS = (
    "HorizontalPodAutoscaler",
    "/spec/maxReplicas",
    "/spec/minReplicas",
    "/spec/replicas",
)


def one_step_more(case: Case, replicas: int) -> int:
    """Returns the replicas after one step: a share more, rounded down, at least one, never above the cap."""
    more = max(1, replicas * case.policy.numbers.scale_step_percent // 100)
    return min(replicas + more, case.policy.caps.replicas)


def raise_max(case: Case, scaler: Autoscaler, cause: Reason) -> Step | Reason:
    """Raises an autoscaler's upper bound by one step."""
    bound = one_step_more(case, scaler.max)
    if bound <= scaler.max:
        return _at_cap(case, scaler.max)
    effect = room_for(case, bound, now_running=scaler.current)
    if isinstance(effect, Reason):
        return effect
    change = Change(AUTOSCALER, MAX, scaler.max, bound)
    return Step(Rung.RAISE_MAX_REPLICAS, cause, case.service.name, (change,), effect)


def raise_min(case: Case, scaler: Autoscaler, cause: Reason) -> Step | Reason:
    """Raises an autoscaler's lower bound to one more than run."""
    bound = scaler.current + 1
    if bound <= scaler.min:
        text = f"{scaler.current} replicas run, and its minimum is {scaler.min} already"
        return Reason(Code.CAP_REACHED, text)
    if bound > scaler.max or bound > case.policy.caps.replicas:
        return _at_cap(case, scaler.current)
    effect = room_for(case, bound, now_running=scaler.current)
    if isinstance(effect, Reason):
        return effect
    change = Change(AUTOSCALER, MIN, scaler.min, bound)
    return Step(Rung.RAISE_MIN_REPLICAS, cause, case.service.name, (change,), effect)


def scale_out(case: Case, cause: Reason) -> Step | Reason:
    """Raises the replicas of a workload that no autoscaler scales by one step."""
    workload = read(case.snapshot.workload)
    replicas = one_step_more(case, workload.desired)
    if replicas <= workload.desired:
        return _at_cap(case, workload.desired)
    effect = room_for(case, replicas, now_running=workload.desired)
    if isinstance(effect, Reason):
        return effect
    change = Change(workload.kind, REPLICAS, workload.desired, replicas)
    return Step(Rung.SCALE_OUT, cause, case.service.name, (change,), effect)


def scale_to_floor(case: Case, cause: Reason) -> Step | Reason:
    """Raises a workload that asks for fewer replicas than the minimum to it."""
    workload, scaler = read(case.snapshot.workload), read(case.snapshot.autoscaler)
    least = case.policy.numbers.ready_minimum
    if scaler is not None and scaler.max < least:
        text = f"its autoscaler allows {scaler.max} replicas at most: a person raises that"
        return Reason(Code.CAP_REACHED, text)
    effect = room_for(case, least, now_running=workload.desired)
    if isinstance(effect, Reason):
        return effect
    change = Change(workload.kind, REPLICAS, workload.desired, least)
    if scaler is not None:
        change = Change(AUTOSCALER, MIN, scaler.min, least)
    asks = None
    if workload.gitops is not None:
        asks = Reason(Code.ASKS_ALWAYS, f"its repository says {workload.desired} replicas: a person decides")
    return Step(Rung.SCALE_TO_FLOOR, cause, case.service.name, (change,), effect, asks)


def lower_max(case: Case, scaler: Autoscaler, cause: Reason) -> Step | Reason:
    """Lowers an autoscaler's upper bound to what the connections carry, never below its lower bound."""
    workload, targets = read(case.snapshot.workload), read(case.snapshot.targets)
    database = read(case.snapshot.database)
    left = connections_allowed(case) - database.others - database.reserve
    bound = left // database.pool_size - workload.max_surge
    least = max(scaler.min, case.policy.numbers.ready_minimum)
    if bound >= scaler.max:
        return Reason(Code.CONNECTION_BUDGET, f"{scaler.max} replicas are within the connection budget")
    bound = max(bound, least)
    if bound >= scaler.max:
        return Reason(Code.READY_FLOOR, f"its lower bound is {least}, and so is its upper one")
    gone = max(0, scaler.current - bound)
    ready, healthy = min(workload.ready, bound), max(0, min(targets.healthy, targets.healthy - gone))
    if gone and min(ready, healthy) < case.policy.numbers.ready_minimum:
        text = f"{min(ready, healthy)} pods would serve, of at least {case.policy.numbers.ready_minimum}"
        return Reason(Code.READY_FLOOR, text)
    used = connections_with_replicas(case, bound)
    effect = Effect(ready, healthy, replicas_at_most=bound, connections_at_most=used)
    change = Change(AUTOSCALER, MAX, scaler.max, bound)
    return Step(Rung.LOWER_MAX_REPLICAS, cause, case.service.name, (change,), effect)


def _at_cap(case: Case, now: int) -> Reason:
    return Reason(
        Code.CAP_REACHED, f"{now} replicas: no step is left below the cap of {case.policy.caps.replicas}"
    )
