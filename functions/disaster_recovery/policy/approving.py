"""Who has said yes: two people in earnest, one in a drill; with a reason, to this plan, in time, lately."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from functions.core.reading.people import as_one_person, seen
from functions.disaster_recovery.policy.requesting import DRILL, TWO_PEOPLE, name_of
from functions.runs.policy.approval import Answer, Approval, Verdict, refusal, verdict, with_answer

if TYPE_CHECKING:
    from datetime import datetime

    from functions.disaster_recovery.policy.situation import Said, Situation


class Approved(NamedTuple):
    """What the answers come to.

    Attributes:
        verdict: `waiting`, `approved`, `denied` or `expired`.
        people: How many people are needed, the one asking among them where two are.
        expires_at: First instant at which no answer counts any more.
        counted: Who has answered, and how, in sentences.
        refused: Why the other answers do not count.
        fresh: Whether the newest yes is young enough to pass the point of no return on.
        overrides: What was said yes to in spite of; where two people are needed, by the other of them.
    """

    verdict: Verdict
    people: int
    expires_at: datetime
    counted: tuple[str, ...]
    refused: tuple[str, ...]
    fresh: bool
    overrides: frozenset[str]


def approved(situation: Situation) -> Approved:
    """Returns what the answers come to now."""
    approval = _asked(situation)
    counted: list[Said] = []
    refused = []
    for said in sorted(situation.answers, key=lambda said: said.at):
        digest = situation.plan_digest if said.digest is None else said.digest
        answer = Answer(as_one_person(said.who), said.says == "yes", seen(said.reason), said.at)
        if _denies(situation, approval, said, digest):
            approval = with_answer(approval, answer)
            counted.append(said)
            continue
        why = (
            "it was given before anybody asked"
            if said.at < approval.asked_at
            else refusal(approval, answer, digest=digest)
        )
        if why:
            refused.append(f"the answer of {said.who} does not count: {why}")
        else:
            approval = with_answer(approval, answer)
            counted.append(said)
    yes = [said for said in counted if said.says == "yes"]
    patience = timedelta(minutes=situation.limits.evidence_minutes)
    return Approved(
        verdict(approval, now=situation.now),
        approval.people,
        approval.expires_at,
        tuple(f"{said.who} says {said.says}: {said.reason}" for said in counted),
        tuple(refused),
        bool(yes) and situation.now - yes[-1].at <= patience,
        frozenset(each for said in yes for each in said.overrides),
    )


def _denies(situation: Situation, approval: Approval, said: Said, digest: str) -> bool:
    """Tells whether an answer is a no that counts: in time, beside a yes and beyond a new asking too."""
    in_time = situation.request.asked_at <= said.at < approval.expires_at
    return said.says == "no" and in_time and bool(seen(said.reason)) and digest == situation.plan_digest


def _asked(situation: Situation) -> Approval:
    request, limits = situation.request, situation.limits
    is_drill = request.mode == DRILL
    asked_at = situation.approval_asked_at or request.asked_at
    minutes = limits.drill_approval_minutes if is_drill else limits.failover_approval_minutes
    return Approval(
        id=name_of(request),
        capability="disaster_recovery",
        summary=request.mode,
        digest=situation.plan_digest,
        token="",
        asked_by=as_one_person(request.asked_by or ""),
        asked_at=asked_at,
        expires_at=asked_at + timedelta(minutes=minutes),
        people=2 if request.mode in TWO_PEOPLE else 1,
    )
