"""What people have said to plans: a yes counts for the plan it names, for a while, and one no is a no."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from functions.backup.policy.inventory import Answer
    from functions.backup.policy.retention_policy import RetentionPolicy


class Said(NamedTuple):
    """One answer and what it comes to: whether it is a yes that counts, or a no; the sentence says why."""

    digest: str
    who: str
    counts: bool
    is_no: bool
    sentence: str


def what_people_said(
    answers: Sequence[Answer], digests: Collection[str | None], policy: RetentionPolicy, *, now: datetime
) -> tuple[Said, ...]:
    """Returns what each answer comes to; a yes beside a no to the same plan does not count."""
    denied = {answer.digest for answer in answers if answer.says == "no"}
    return tuple(_said(answer, digests, denied, policy, now=now) for answer in answers)


def _said(
    answer: Answer,
    digests: Collection[str | None],
    denied: Collection[str],
    policy: RetentionPolicy,
    *,
    now: datetime,
) -> Said:
    expires = answer.at + timedelta(hours=policy.answer_hours)
    is_no = answer.says == "no"
    if answer.digest not in digests:
        why = "is about another plan than this one"
    elif is_no:
        why = f"says no: {answer.reason}"
    elif answer.digest in denied:
        why = "says yes, but somebody said no to the same plan"
    elif answer.at > now:
        why = "was given after now: a clock is wrong"
    elif now >= expires:
        why = f"expired at {expires.isoformat()}"
    else:
        return Said(
            answer.digest,
            answer.who,
            counts=True,
            is_no=False,
            sentence=f"{answer.who} says yes: {answer.reason}",
        )
    is_no = is_no and answer.digest in digests
    return Said(answer.digest, answer.who, counts=False, is_no=is_no, sentence=f"{answer.who} {why}")
