"""Ladder 6, latency: a release, what is outside, one slow pod, processors; routes are a person's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.remediation.policy.codes import Rung
from functions.remediation.policy.looks import Look, read
from functions.remediation.policy.reasons import Code, Reason
from functions.remediation.policy.rungs import capacity, degrading, outliers, pods, releases, scaling
from functions.remediation.policy.sources import Source

if TYPE_CHECKING:
    from functions.remediation.policy.case import Case
    from functions.remediation.policy.looks import Stop
    from functions.remediation.policy.plan import Step


def release(case: Case) -> Step | Reason | Stop | None:
    """Takes back a release whose pods are slow."""
    cause = releases.release_that_fits(case, outliers.slow(case))
    return cause and releases.roll_back(case, cause)


def one_pod(case: Case) -> Step | Reason | None:
    """Evicts the one slow pod, unless the cause is outside."""
    pod = outliers.the_only_one(case, outliers.slow(case))
    if pod is None or degrading.outside_cause(case) is not None:
        return None
    return pods.evict(case, pod, Reason(Code.ONE_POD, f"{pod.name} alone is slow: {pod.p95_ms:g} ms"))


def processors(case: Case) -> Step | Reason | None:
    """Has one more replica run where processors are short, unless the cause is outside."""
    cpu = read(case.snapshot.metrics).cpu_percent
    if cpu <= case.policy.numbers.cpu_percent or degrading.outside_cause(case) is not None:
        return None
    scaler = read(case.snapshot.autoscaler)
    cause = Reason(Code.CPU_BOUND, f"processors are used for {cpu:g} %")
    return scaling.scale_out(case, cause) if scaler is None else scaling.raise_min(case, scaler, cause)


LOOKS = (
    Look(Rung.ROLLBACK, releases.ROLLBACK, release),
    Look(Rung.DEGRADED_MODE, degrading.DEGRADING, degrading.degrade_for_outside),
    Look(Rung.EVICT_POD, (*pods.EVICTION, Source.METRICS), one_pod),
    Look(Rung.RAISE_MIN_REPLICAS, (Source.METRICS, Source.AUTOSCALER, *capacity.SOURCES), processors),
)
