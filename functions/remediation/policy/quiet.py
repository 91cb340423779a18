"""What is left to do for a service of which no alarm is to be acted on: look, tell, or take back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.remediation.policy.codes import Mode, Told, Verdict
from functions.remediation.policy.gates.all import ask, decisive
from functions.remediation.policy.plan import Plan
from functions.remediation.policy.reasons import Code, Reason
from functions.remediation.policy.sources import Unreadable
from functions.remediation.policy.undoing import undo

if TYPE_CHECKING:
    from functions.remediation.policy.alarms import Sorted
    from functions.remediation.policy.case import Case
    from functions.remediation.policy.plan import GateAnswer

_FREE_OF = frozenset({"cooldown", "budget", "circuit"})
"""Gates that an undo does not pass: it spends nothing."""


def when_quiet(case: Case, found: Sorted) -> Plan:
    """Returns the plan while nothing is to be acted on."""
    name = case.service.name
    if found.pages:
        reasons = (*found.pages, *found.look_only, *found.passed)
        return Plan(Verdict.ESCALATE, name, reasons, Told.ON_DUTY, f"{Code.PAGES_ONLY}/{name}")
    if found.look_only:
        told = Told.TEAM if any(r.code is Code.DIAGNOSES_ONLY for r in found.look_only) else Told.NOBODY
        cause = f"{Code.DIAGNOSES_ONLY}/{name}" if told is Told.TEAM else None
        reasons = (*found.look_only, *found.passed)
        return Plan(Verdict.DIAGNOSE, name, reasons, told, cause, gates=_dry_run(case, found))
    if found.passed:
        return Plan(Verdict.NOTHING, name, tuple(found.passed))
    raised = () if isinstance(case.history, Unreadable) or case.history.at_work else case.history.raised
    if not raised:
        if case.service.mode is Mode.OFF:
            text = f'{name} has not opted in: its mode is "off"'
            return Plan(Verdict.NOTHING, name, (Reason(Code.NOT_OPTED_IN, text),))
        nothing = Reason(Code.NOTHING_IN_ALARM, f"no alarm of {name} is in ALARM")
        return Plan(Verdict.NOTHING, name, (nothing,))
    return _take_back(case)


def _dry_run(case: Case, found: Sorted) -> tuple[GateAnswer, ...]:
    """Returns the gates' answers where the canary goes through them."""
    return ask(case, None) if any(reason.code is Code.CANARY for reason in found.look_only) else ()


def _take_back(case: Case) -> Plan:
    """Returns the first undo that is due, behind the gates; else what the first change waits for."""
    assert not isinstance(case.history, Unreadable)  # noqa: S101 - it has something raised
    plans = [undo(case, raised) for raised in case.history.raised]
    plan = next((each for each in plans if each.verdict is Verdict.UNDO), None)
    if plan is None:
        return next((each for each in plans if each.verdict is Verdict.ESCALATE), plans[0])
    answers = ask(case, None)
    refusal = decisive(tuple(answer for answer in answers if answer.gate not in _FREE_OF))
    if refusal is None:
        return plan._replace(gates=answers)
    cause = (
        None if refusal.told is Told.NOBODY else f"{refusal.gate}/{refusal.reason.code}/{case.service.name}"
    )
    return Plan(Verdict.REFUSE, plan.service, (refusal.reason,), refusal.told, cause, gates=answers)
