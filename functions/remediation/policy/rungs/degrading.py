"""The rung that lets the task API give up its expensive parts; it needs the alarm and the API alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.remediation.policy.codes import Rung
from functions.remediation.policy.looks import read
from functions.remediation.policy.plan import Change, Step
from functions.remediation.policy.reasons import Code, Reason
from functions.remediation.policy.sources import Source, Unreadable

if TYPE_CHECKING:
    from functions.remediation.policy.case import Case

DEGRADING = (Source.API_MODE,)


def degrade(case: Case, cause: Reason) -> Step | Reason:
    """Sets the API's mode."""
    mode = read(case.snapshot.api_mode)
    if mode != "normal":
        return Reason(Code.DEGRADED_ALREADY, f"the API's mode is {mode} already")
    change = Change("ConfigMap/api-mode", "/data/mode", "normal", "degraded")
    return Step(Rung.DEGRADED_MODE, cause, case.service.name, (change,))


def outside_cause(case: Case) -> Reason | None:
    """Returns that the database or another service is the cause; None when it is not, or nobody can say."""
    database, metrics = case.snapshot.database, case.snapshot.metrics
    if not isinstance(database, Unreadable) and not database.available:
        return Reason(Code.DATABASE_CAUSE, "the database does not answer")
    if isinstance(metrics, Unreadable):
        return None
    if metrics.database_slow:
        return Reason(Code.DATABASE_CAUSE, "the database is slow")
    if metrics.dependency is not None:
        return Reason(Code.DEPENDENCY_CAUSE, f"{metrics.dependency} is ill")
    return None


def degrade_for_outside(case: Case) -> Step | Reason | None:
    """Degrades where the cause is outside, or where metrics cannot be read and nothing else has fitted."""
    cause = outside_cause(case)
    if cause is None and isinstance(case.snapshot.metrics, Unreadable):
        cause = Reason(Code.SOURCE_UNREAD, "metrics cannot be read; this needs the alarm and the API alone")
    return None if cause is None else degrade(case, cause)
