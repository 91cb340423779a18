"""Approvals: what is asked, who may answer, until when, and what it comes to. Silence is never a yes."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

NOTE_PREFIX = "approval/"
"""Beginning of the name of an approval's note; its id follows."""


class Verdict(StrEnum):
    """What an approval has come to."""

    WAITING = "waiting"
    APPROVED = "approved"
    DENIED = "denied"
    EXPIRED = "expired"


class Answer(NamedTuple):
    """One person's answer: who, yes or no, why, and when."""

    who: str
    approves: bool
    reason: str
    at: datetime


class Approval(NamedTuple):
    """A plan that waits for people.

    Attributes:
        id: Unique within its target.
        capability: Whose plan it is.
        summary: What would be done, in a sentence.
        digest: Digest of the plan; an answer names it, so that nobody approves another plan than was seen.
        token: Task token of the state that waits.
        asked_by: Who asked for the run: a person's name, or an alarm's or a schedule's.
        asked_at: When.
        expires_at: First instant at which no answer counts any more.
        people: How many people have to say yes, 1 or 2. With two, the one who asked is one of them and needs
            one other; with one, that may be the one who asked.
        answers: The answers so far.
    """

    id: str
    capability: str
    summary: str
    digest: str
    token: str
    asked_by: str
    asked_at: datetime
    expires_at: datetime
    people: int = 1
    answers: tuple[Answer, ...] = ()


def digest(plan: Mapping[str, Any]) -> str:
    """Returns what names a plan, 16 hexadecimal digits: the same for the same values in any order."""
    text = json.dumps(plan, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def verdict(approval: Approval, *, now: datetime) -> Verdict:
    """Returns what the answers come to: one no is a no, and the very instant of expiry is too late."""
    if any(not answer.approves for answer in approval.answers):
        return Verdict.DENIED
    yes = {answer.who for answer in approval.answers}
    if approval.people > 1:
        yes |= {approval.asked_by}
    if len(yes) >= approval.people and approval.answers:
        return Verdict.APPROVED
    return Verdict.EXPIRED if now >= approval.expires_at else Verdict.WAITING


def refusal(approval: Approval, answer: Answer, *, digest: str) -> str | None:
    """Returns why an answer does not count; None when it does.

    Args:
        approval: What was asked.
        answer: The answer; its time is the present.
        digest: Digest of the plan that the person has seen.
    """
    settled = verdict(approval, now=answer.at)
    if settled is not Verdict.WAITING:
        return f"{approval.id} is {settled} already"
    if not answer.reason.strip():
        return "an answer needs a reason: those who come after you read it"
    if digest != approval.digest:
        return f"{approval.id} is about another plan ({approval.digest}) than the one you saw ({digest})"
    if not answer.approves:
        return None
    if approval.people > 1 and answer.who == approval.asked_by:
        return f"{answer.who} asked for it: the yes of one other person is needed"
    return None


def is_repeated(approval: Approval, answer: Answer, *, digest: str) -> bool:
    """Tells whether the same person has given the same answer to the same plan before."""
    given = {(earlier.who, earlier.approves) for earlier in approval.answers}
    return digest == approval.digest and (answer.who, answer.approves) in given


def with_answer(approval: Approval, answer: Answer) -> Approval:
    """Returns the approval with one more answer."""
    return approval._replace(answers=(*approval.answers, answer))


def to_values(approval: Approval) -> dict[str, object]:
    """Returns an approval as plain values."""
    return {
        **approval._asdict(),
        "asked_at": approval.asked_at.isoformat(),
        "expires_at": approval.expires_at.isoformat(),
        "answers": [{**answer._asdict(), "at": answer.at.isoformat()} for answer in approval.answers],
    }


def from_values(values: Mapping[str, Any]) -> Approval:
    """Reads an approval from plain values."""
    answers = (
        Answer(**{**answer, "at": datetime.fromisoformat(answer["at"])}) for answer in values["answers"]
    )
    return Approval(
        **{
            **values,
            "asked_at": datetime.fromisoformat(values["asked_at"]),
            "expires_at": datetime.fromisoformat(values["expires_at"]),
            "answers": tuple(answers),
        }
    )
