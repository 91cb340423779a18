"""Decides what to do about a service's alarms now: `decide(service, alarms=..., ...)`, a pure function.

It never asks what happened since the last time: a late, doubled or lost event changes nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.remediation.policy.alarms import Sorted, sort
from functions.remediation.policy.at_work import at_present, meet
from functions.remediation.policy.case import Case
from functions.remediation.policy.choosing import choose
from functions.remediation.policy.codes import Mode, Told, Verdict
from functions.remediation.policy.gates.all import ask, decisive
from functions.remediation.policy.plan import Plan
from functions.remediation.policy.quiet import when_quiet
from functions.remediation.policy.reasons import Code, Reason
from functions.remediation.policy.rules import Service
from functions.remediation.policy.settling import settled
from functions.remediation.policy.sources import Unreadable

if TYPE_CHECKING:
    from datetime import datetime

    from functions.remediation.policy.alarms import Alarm
    from functions.remediation.policy.codes import Ladder
    from functions.remediation.policy.past import History, RunAtWork
    from functions.remediation.policy.rules import Policy
    from functions.remediation.policy.snapshot import Snapshot

_NONE = Sorted([], [], [], [])


def decide(
    service: str,
    *,
    alarms: tuple[Alarm, ...] | Unreadable,
    snapshot: Snapshot,
    policy: Policy,
    history: History | Unreadable,
    now: datetime,
) -> Plan:
    """Decides for one service.

    Args:
        service: Its name in the policy; one that is not there has not opted in.
        alarms: Every alarm of the map, as it is at present.
        snapshot: What was read of the service.
        policy: The policy document.
        history: What was done before.
        now: The instant.
    """
    known = policy.services.get(service) or Service(service, Mode.OFF, (), {})
    if not isinstance(history, Unreadable) and history.at_work is not None:
        history = at_present(history, policy, now=now)
    found = _NONE if isinstance(alarms, Unreadable) else sort(alarms, service, policy)
    ladders = _unmuted(found.ladders, snapshot, now=now)
    onset, name = (ladders[0][1].since, ladders[0][1].name) if ladders else (now, None)
    case = Case(known, alarms, snapshot, history, policy, now, onset, name)
    return _with_pages(_decided(case, ladders, found), found.pages)


def _decided(case: Case, ladders: list[tuple[Ladder, Alarm]], found: Sorted) -> Plan:
    at_work = None if isinstance(case.history, Unreadable) else case.history.at_work
    if at_work is not None and at_work.phase == "settling":
        plan = settled(case, at_work)
        if plan is not None:
            return plan
    handed = () if at_work is None else at_work.handed_on
    left = [pair for pair in ladders if pair[0] not in handed]
    if not left and not isinstance(case.alarms, Unreadable) and not (at_work and ladders):
        return when_quiet(case, found)
    if at_work is not None:
        top = ladders[0][0] if ladders else None
        met = meet(at_work, top, case.policy)
        if met is not None:
            cause = f"{met.reason.code}/{at_work.id}" if met.told is not Told.NOBODY else None
            name, reasons = case.service.name, (met.reason,)
            return Plan(met.verdict, name, reasons, met.told, cause, top, case.alarm, withdraws=met.withdraws)
        if not left:
            return _nobodys(case, at_work)
    return _gated(case, left, found)


def _nobodys(case: Case, run: RunAtWork) -> Plan:
    """Returns the page where every ladder in ALARM has said that the cause is another's."""
    text = (
        f"run {run.id}: {', '.join(run.handed_on)} found no cause of their own, and no other alarm is there"
    )
    cause = f"{Code.NOT_MINE}/{run.id}"
    reason = Reason(Code.NOT_MINE, text)
    return Plan(Verdict.ESCALATE, case.service.name, (reason,), Told.ON_DUTY, cause, alarm=case.alarm)


def _gated(case: Case, ladders: list[tuple[Ladder, Alarm]], found: Sorted) -> Plan:
    ladder = ladders[0][0] if ladders else None
    if ladders and ladders[0][1].name != case.alarm:
        case = case._replace(onset=ladders[0][1].since, alarm=ladders[0][1].name)
    answers = ask(case, ladder)
    refusal = decisive(answers)
    if refusal is not None:
        is_storm = refusal.reason.code is Code.STORM
        verdict = Verdict.DIAGNOSE if is_storm else Verdict.REFUSE
        cause = None
        if refusal.told is not Told.NOBODY:
            where = case.policy.environment if is_storm else case.service.name
            cause = f"{refusal.gate}/{refusal.reason.code}/{where}"
        reasons = (refusal.reason,)
        return Plan(
            verdict, case.service.name, reasons, refusal.told, cause, ladder, case.alarm, gates=answers
        )
    return choose(case, ladders, answers, extra=(*found.look_only, *found.passed))


def _with_pages(plan: Plan, pages: list[Reason]) -> Plan:
    """Returns a plan that also tells what only pages: no run, gate or ladder keeps that from a person."""
    if not pages or pages[0] in plan.reasons:
        return plan
    cause = plan.cause or f"{Code.PAGES_ONLY}/{plan.service}"
    return plan._replace(reasons=(*plan.reasons, *pages), told=Told.ON_DUTY, cause=cause)


def _unmuted(
    ladders: list[tuple[Ladder, Alarm]], snapshot: Snapshot, *, now: datetime
) -> list[tuple[Ladder, Alarm]]:
    """Returns those that no rule mutes; all of them when all are muted, so that the gate can say so."""
    if not snapshot.mutes or isinstance(snapshot.mutes, Unreadable):
        return ladders
    muted = {
        name for rule in snapshot.mutes if rule.until is None or rule.until > now for name in rule.alarms
    }
    return [pair for pair in ladders if pair[1].name not in muted] or ladders
