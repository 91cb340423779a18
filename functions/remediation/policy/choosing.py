"""Chooses behind open gates: climbs the gravest ladder, and hands on once what is not its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from functions.remediation.policy.autonomy import autonomy
from functions.remediation.policy.climbing import climb
from functions.remediation.policy.codes import Told, Verdict
from functions.remediation.policy.gates.all import decisive
from functions.remediation.policy.gates.others_at_work import rollout
from functions.remediation.policy.looks import Stop
from functions.remediation.policy.plan import GateAnswer, Plan, Step
from functions.remediation.policy.reasons import Code, Reason
from functions.remediation.policy.sources import Unreadable

if TYPE_CHECKING:
    from functions.remediation.policy.alarms import Alarm
    from functions.remediation.policy.case import Case
    from functions.remediation.policy.codes import Ladder

_TELLS = {
    Verdict.ASK: Told.ON_DUTY,
    Verdict.TICKET: Told.TEAM,
    Verdict.SHADOW: Told.TEAM,
    Verdict.ACT: Told.TEAM,
}


def choose(
    case: Case,
    ladders: list[tuple[Ladder, Alarm]],
    gates: tuple[GateAnswer, ...],
    *,
    extra: tuple[Reason, ...],
) -> Plan:
    """Returns the plan of the first ladder, or of the next one where the first says "not mine"."""
    at_work = None if isinstance(case.history, Unreadable) else case.history.at_work
    tried = at_work.tried if at_work else ()
    may_hand_on = len(ladders) > 1 and not (at_work and at_work.handed_on)
    ladder, alarm = ladders[0]
    climbed = climb(case, ladder, tried=tried)
    handed: tuple[Ladder, ...] = ()
    if isinstance(climbed.end, Stop) and climbed.end.hands_on and may_hand_on:
        why = climbed.end.reason
        handed, (ladder, alarm) = (ladder,), ladders[1]
        extra = (Reason(Code.HANDED_ON, f"{handed[0]} hands on to {ladder}: {why.text}"), *extra)
        case = case._replace(onset=alarm.since, alarm=alarm.name)
        refusal = decisive((rollout(case, ladder),))
        if refusal is not None:
            reasons = (refusal.reason, *extra)
            return Plan(
                Verdict.REFUSE, case.service.name, reasons, ladder=ladder, gates=gates, handed_on=handed
            )
        climbed = climb(case, ladder, tried=tried)
    others = (*climbed.passed, *extra)
    ends = _ended(climbed.end) if isinstance(climbed.end, Stop) else _stepped(case, climbed.end)
    return Plan(
        verdict=ends.verdict,
        service=case.service.name,
        reasons=(*ends.reasons, *others),
        told=ends.told,
        cause=None if ends.told is Told.NOBODY else f"{ends.cause}/{case.service.name}",
        ladder=ladder,
        alarm=alarm.name,
        step=ends.step,
        gates=gates,
        handed_on=handed,
    )


class _End(NamedTuple):
    verdict: Verdict
    reasons: tuple[Reason, ...]
    told: Told
    cause: str
    step: Step | None = None


def _ended(stop: Stop) -> _End:
    # What would be handed on, and nobody is left to, is a person's.
    told = Told.ON_DUTY if stop.hands_on and stop.verdict is Verdict.ESCALATE else stop.told
    return _End(stop.verdict, (stop.reason,), told, stop.reason.code)


def _stepped(case: Case, step: Step) -> _End:
    verdict, why = autonomy(case, step)
    reasons = (step.cause,) if why is None else (step.cause, why)
    return _End(verdict, reasons, _TELLS[verdict], f"{step.rung}/{step.cause.code}", step)
