"""Whether a step is taken at once, after a yes, by a ticket, or only said: by modes and the error budget."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.remediation.policy.burning import Speed, speed_of
from functions.remediation.policy.codes import RISKY, Mode, Rung, Verdict
from functions.remediation.policy.reasons import Code, Reason
from functions.remediation.policy.sources import Unreadable

if TYPE_CHECKING:
    from functions.remediation.policy.case import Case
    from functions.remediation.policy.plan import Step

Autonomy = tuple[Verdict, Reason | None]


def autonomy(case: Case, step: Step) -> Autonomy:
    """Returns how a step may be taken, and why; no reason where it is taken at once as usual."""
    history = case.history
    if case.service.mode_of(step.rung) is Mode.SHADOW:
        return Verdict.SHADOW, Reason(Code.SHADOW, f'the policy says "shadow" for {step.rung}')
    if not isinstance(history, Unreadable) and step.rung in history.demoted:
        text = f"{step.rung} was ineffective and is demoted: it only says what it would do"
        return Verdict.SHADOW, Reason(Code.DEMOTED, text)
    at_work = None if isinstance(history, Unreadable) else history.at_work
    if at_work and at_work.answer == "approved" and at_work.asked_for == step.rung:
        return Verdict.ACT, Reason(Code.APPROVED, f"a person has approved {step.rung}")
    if step.needs_person is not None:
        return Verdict.ASK, step.needs_person
    return _by_burn(case, step) if step.rung in RISKY else (Verdict.ACT, None)


def _by_burn(case: Case, step: Step) -> Autonomy:
    """Returns how a risky step may be taken, by how fast the error budget is used up."""
    burn = case.snapshot.burn
    if isinstance(burn, Unreadable):
        text = f"the error budget cannot be read ({burn.unreadable}), and {step.rung} is risky"
        return Verdict.ASK, Reason(Code.BURN_UNREAD, text)
    speed = speed_of(burn)
    if step.rung is Rung.ROLLBACK and speed is Speed.FAST and step.cause.code is Code.RELEASE_FITS:
        return Verdict.ACT, Reason(Code.BURNS_FAST, "the release burns the error budget fast")
    if burn.budget_left_percent <= 0:
        return Verdict.ASK, Reason(Code.BUDGET_EMPTY, f"the error budget is empty, and {step.rung} is risky")
    if speed is Speed.SLOW:
        text = f"the error budget burns slowly, so {step.rung} has time until a person does it by day"
        return Verdict.TICKET, Reason(Code.BURNS_SLOWLY, text)
    return Verdict.ACT, None
