"""What a run makes of its judgement: cured, it holds; unclear, a person looks; harm is taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.remediation.policy.codes import Rung, Told, Verdict
from functions.remediation.policy.gates.people import kill_switch
from functions.remediation.policy.plan import Plan, Step, undo_of
from functions.remediation.policy.reasons import Code, Reason

if TYPE_CHECKING:
    from functions.remediation.policy.case import Case
    from functions.remediation.policy.past import RunAtWork


def settled(case: Case, run: RunAtWork) -> Plan | None:
    """Returns the plan of a judgement; None where nothing is judged yet, or the next rung is to be chosen."""
    name = case.service.name
    if run.judgement == "good":
        reason = Reason(Code.CURED, f"run {run.id} has cured; it holds for a while before it is over")
        return Plan(Verdict.WAIT, name, (reason,), alarm=run.alarm)
    if run.judgement == "inconclusive":
        reason = Reason(Code.INCONCLUSIVE, f"nobody can tell whether run {run.id} has cured: no further rung")
        cause = f"{Code.INCONCLUSIVE}/{run.id}"
        return Plan(Verdict.ESCALATE, name, (reason,), Told.ON_DUTY, cause, alarm=run.alarm)
    return _taken_back(case, run) if run.judgement == "worse" else None


def _taken_back(case: Case, run: RunAtWork) -> Plan:
    """Returns the undo of everything that the run has changed, behind the kill switch alone."""
    name, cause = case.service.name, f"{Code.GUARDS_WORSE}/{run.id}"
    answer = kill_switch(case, None)
    worse = Reason(Code.GUARDS_WORSE, f"guards are worse since run {run.id}: what it changed is taken back")
    if answer.state != "open":
        reasons = (answer.reason, worse)
        return Plan(Verdict.REFUSE, name, reasons, Told.ON_DUTY, cause, alarm=run.alarm, gates=(answer,))
    undone = (undo_of(change) for change in reversed(run.made))
    changes = tuple(change for change in undone if change is not None)
    if not changes:
        nothing = Reason(Code.GUARDS_WORSE, f"guards are worse since run {run.id}: nothing can be given back")
        return Plan(Verdict.ESCALATE, name, (nothing,), Told.ON_DUTY, cause, alarm=run.alarm, gates=(answer,))
    step = Step(Rung(run.tried[-1]) if run.tried else Rung.LET_AUTOSCALER, worse, name, changes)
    return Plan(
        Verdict.UNDO, name, (worse,), Told.ON_DUTY, cause, alarm=run.alarm, step=step, gates=(answer,)
    )
