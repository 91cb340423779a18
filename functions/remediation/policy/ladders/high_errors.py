"""Ladder 3, errors: a release is taken back, one failing pod goes, an ill database or dependency degrades."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.remediation.policy.codes import Rung, Verdict
from functions.remediation.policy.looks import Look, Stop, read
from functions.remediation.policy.reasons import Code, Reason
from functions.remediation.policy.rungs import degrading, outliers, pods, releases
from functions.remediation.policy.sources import Source

if TYPE_CHECKING:
    from functions.remediation.policy.case import Case
    from functions.remediation.policy.plan import Step


def no_targets(case: Case) -> Stop | None:
    """Hands on what the balancer answers because nothing stands behind it."""
    if read(case.snapshot.metrics).errors_from != "no_targets":
        return None
    text = "the balancer answers for targets that are not there: availability, not errors"
    return Stop(Verdict.ESCALATE, Reason(Code.NO_TARGETS, text), hands_on=True)


def release(case: Case) -> Step | Reason | Stop | None:
    """Takes back a release whose pods answer with errors."""
    cause = releases.release_that_fits(case, outliers.failing(case))
    return cause and releases.roll_back(case, cause)


def one_pod(case: Case) -> Step | Reason | None:
    """Evicts the one failing pod, unless the cause is outside."""
    pod = outliers.the_only_one(case, outliers.failing(case))
    if pod is None or degrading.outside_cause(case) is not None:
        return None
    return pods.evict(case, pod, Reason(Code.ONE_POD, f"{pod.name} alone fails: {pod.errors_percent:g} %"))


LOOKS = (
    Look(None, (Source.METRICS,), no_targets),
    Look(Rung.ROLLBACK, releases.ROLLBACK, release),
    Look(Rung.EVICT_POD, (*pods.EVICTION, Source.METRICS), one_pod),
    Look(Rung.DEGRADED_MODE, degrading.DEGRADING, degrading.degrade_for_outside),
)
