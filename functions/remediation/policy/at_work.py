"""What a run that is not over makes of an alarm of its service: it goes on, joins, takes over or waits."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from functions.remediation.policy.codes import GRAVITY, Ladder, Told, Verdict
from functions.remediation.policy.reasons import Code, Reason

if TYPE_CHECKING:
    from datetime import datetime

    from functions.remediation.policy.past import History, RunAtWork
    from functions.remediation.policy.rules import Policy


class Meeting(NamedTuple):
    """What comes of it: a verdict, why, who is told, and whether a pending question is withdrawn."""

    verdict: Verdict
    reason: Reason
    told: Told = Told.NOBODY
    withdraws: bool = False


def at_present(history: History, policy: Policy, *, now: datetime) -> History:
    """Returns the history as time has made it: a hold that is over is no run any more, a question expires."""
    run = history.at_work
    if run is None or run.since is None:
        return history
    if run.phase == "holding" and now - run.since >= timedelta(minutes=policy.numbers.hold_minutes):
        return history._replace(at_work=None)
    late = now - run.since >= timedelta(minutes=policy.numbers.approval_minutes)
    if run.phase == "asking" and run.answer in {None, "waiting", "approved"} and late:
        return history._replace(at_work=run._replace(answer="expired"))
    return history


def meet(run: RunAtWork, top: Ladder | None, policy: Policy) -> Meeting | None:
    """Returns what a run at work makes of the gravest alarm; None when the run is to decide its next rung."""
    if run.phase == "deciding" or (run.phase, run.judgement) == ("settling", "ineffective"):
        return _spent(run, policy)
    if run.phase == "settling":
        text = f"run {run.id} waits for what it has done: the alarm joins its record"
        return Meeting(Verdict.JOIN, Reason(Code.JOINED, text))
    own = Ladder(run.ladder)
    if top is not None and GRAVITY[top] < GRAVITY[own]:
        text = f"{top} is graver than {own}, which run {run.id} is about"
        return Meeting(Verdict.TAKE_OVER, Reason(Code.GRAVER, text), withdraws=run.phase == "asking")
    if run.phase == "asking":
        return _answered(run, policy)
    if top is own:
        text = f"{run.alarm} is back while run {run.id} holds: what was done has not cured it"
        return Meeting(Verdict.INEFFECTIVE, Reason(Code.SAME_ALARM_IN_HOLD, text))
    text = f"{top or 'nothing'} waits until run {run.id}, about {own}, is over"
    return Meeting(Verdict.WAIT, Reason(Code.LESSER_WAITS, text))


def _spent(run: RunAtWork, policy: Policy) -> Meeting | None:
    most = policy.caps.rungs_per_run
    if run.changes < most:
        return None
    text = f"run {run.id} has changed something {run.changes} times, of {most}, and the alarm goes on"
    return Meeting(Verdict.ESCALATE, Reason(Code.RUNGS_SPENT, text), Told.ON_DUTY)


def _answered(run: RunAtWork, policy: Policy) -> Meeting | None:
    if run.answer == "approved":
        return _spent(run, policy)
    if run.answer in {"denied", "expired"}:
        code = Code.DENIED if run.answer == "denied" else Code.APPROVAL_EXPIRED
        text = f"what run {run.id} asked for was {run.answer}: nothing is changed"
        return Meeting(Verdict.ESCALATE, Reason(code, text), Told.ON_DUTY)
    return Meeting(Verdict.WAIT, Reason(Code.JOINED, f"run {run.id} waits for a person's answer"))
