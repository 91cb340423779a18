"""Taking back what was raised: after an hour of green, when the demand fits; a page when it never does."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from functions.remediation.policy.codes import Rung, Told, Verdict
from functions.remediation.policy.plan import Change, Plan, Step
from functions.remediation.policy.reasons import Code, Reason
from functions.remediation.policy.sources import Unreadable

if TYPE_CHECKING:
    from functions.remediation.policy.case import Case
    from functions.remediation.policy.past import Raised


def undo(case: Case, raised: Raised) -> Plan:
    """Returns what becomes of one change, while nothing is in ALARM."""
    numbers, name = case.policy.numbers, f"{raised.object} {raised.path}"
    if raised.present != raised.after:
        text = f"{name} is {raised.present}, not {raised.after}: someone has changed it, and it is theirs"
        return _plan(case, Verdict.NOTHING, Reason(Code.CHANGED_BY_OTHERS, text))
    green = timedelta(minutes=numbers.undo_green_minutes)
    misfit = _misfit(case, raised)
    if raised.green_since is not None and case.now - raised.green_since >= green and misfit is None:
        change = Change(raised.object, raised.path, raised.after, raised.before)
        reason = Reason(Code.UNDO_DUE, f"green since {raised.green_since.isoformat()}: {name} goes back")
        step = Step(Rung(raised.rung), reason, case.service.name, (change,))
        return _plan(case, Verdict.UNDO, reason)._replace(step=step)
    why = misfit or f"not green for {numbers.undo_green_minutes} minutes yet"
    if case.now - raised.changed_at >= timedelta(hours=numbers.undo_expires_hours):
        hours = numbers.undo_expires_hours
        text = f"{name} expires: {raised.after} instead of {raised.before} for {hours} hours; {why}"
        plan = _plan(case, Verdict.ESCALATE, Reason(Code.UNDO_EXPIRES, text))
        return plan._replace(told=Told.ON_DUTY, cause=f"undo_expires/{raised.id}")
    return _plan(case, Verdict.WAIT, Reason(Code.UNDO_WAITS, f"{name} stays {raised.after}: {why}"))


def _misfit(case: Case, raised: Raised) -> str | None:
    """Returns why the present demand does not fit the old bound; None when it does."""
    if raised.path == "/spec/template":
        return "a machine never gives a template back: its release is held to be the cause"
    looked, pause = raised.looked_at, timedelta(minutes=case.policy.numbers.undo_look_minutes)
    if looked is not None and case.now - looked < pause:
        return f"looked at {looked.isoformat()}, and again {pause} later"
    if raised.path in {"/spec/maxReplicas", "/spec/minReplicas"}:
        return _autoscaler_misfit(case, raised)
    if raised.path.startswith("/scalingConfig"):
        return _nodegroup_misfit(case, raised)
    if raised.path == "/spec/replicas":
        return "no autoscaler tells the demand: a person takes it back"
    return None


def _autoscaler_misfit(case: Case, raised: Raised) -> str | None:
    scaler = case.snapshot.autoscaler
    if scaler is None or isinstance(scaler, Unreadable):
        return "the autoscaler cannot be read"
    # An upper bound that was lowered goes up again, which every demand fits.
    if int(raised.before) < int(raised.after) and scaler.wanted > int(raised.before):
        return f"{scaler.wanted} replicas are wanted, of {raised.before} before"
    return None


def _nodegroup_misfit(case: Case, raised: Raised) -> str | None:
    group = case.snapshot.nodegroup
    if isinstance(group, Unreadable):
        return "the node group cannot be read"
    if "maxSize" in raised.path and group.desired > int(raised.before):
        return f"{group.name} has {group.desired} nodes, of {raised.before} before"
    if "desiredSize" in raised.path and not isinstance(case.snapshot.pods, Unreadable):
        return "pods wait for room" if any(pod.pending for pod in case.snapshot.pods) else None
    return None


def _plan(case: Case, verdict: Verdict, reason: Reason) -> Plan:
    return Plan(verdict, case.service.name, (reason,))
