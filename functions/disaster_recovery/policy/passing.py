"""Whether the point of no return is passed, as the steps say it too; and what is odd in that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from functions.disaster_recovery.policy.approving import approved
from functions.disaster_recovery.policy.epochs import FENCED, fence
from functions.disaster_recovery.policy.requesting import DRILL, DRY_RUN
from functions.disaster_recovery.policy.steps import IRREVERSIBLE, after_the_point
from functions.runs.policy.approval import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from functions.disaster_recovery.policy.situation import Situation

_THROWN_AWAY: Final = (DRILL, DRY_RUN)


def passed_at(situation: Situation) -> datetime | None:
    """Returns when the point of no return was passed: the record, or the first such step's begin.

    None: not passed. A step that failed counts, for it may have done half. In a drill everything runs in a
    network of its own, so that only fence, promotion and DNS count.
    """
    beyond = IRREVERSIBLE if situation.request.mode in _THROWN_AWAY else after_the_point()
    begun = [step.began_at for step in situation.progress if step.name in beyond]
    recorded = situation.passed_point_of_no_return_at
    return min([*begun, *([recorded] if recorded else [])], default=None)


def contradictions(situation: Situation) -> tuple[str, ...]:
    """Returns what cannot be so beyond the point of no return: a person has to look. Empty before it."""
    at = passed_at(situation)
    return tuple(_contradictions(situation, at)) if at else ()


def _contradictions(situation: Situation, at: datetime) -> Iterator[str]:
    begun = [step.name for step in situation.progress if step.name in after_the_point()]
    if situation.passed_point_of_no_return_at is None:
        yield f"nobody recorded that the point of no return is passed, but {', '.join(begun)} began"
    if situation.request.mode in _THROWN_AWAY:
        yield f"a {situation.request.mode} has no point of no return"
        return
    if situation.aborted and situation.aborted.at <= at:
        yield f"{situation.aborted.who} had aborted it before"
    if approved(_as_of(situation, at)).verdict is not Verdict.APPROVED:
        yield "nobody had approved it by then"
    yield from _of_epochs(situation)


def _of_epochs(situation: Situation) -> Iterator[str]:
    epochs = situation.epochs
    if epochs.recovery is None:
        yield "the recovery Region's epoch cannot be read: no API there may write"
        return
    newest = fence(epochs, passed=True).newest
    if newest is not None and epochs.recovery < newest:
        yield f"the recovery Region's epoch {epochs.recovery} is behind {newest}: no API there may write"


def _as_of(situation: Situation, at: datetime) -> Situation:
    """Returns what was known at a moment: an answer later than that approved nothing."""
    asked = situation.approval_asked_at
    return situation._replace(
        now=at,
        answers=tuple(each for each in situation.answers if each.at <= at),
        approval_asked_at=asked if asked and asked <= at else None,
    )


def is_fenced(situation: Situation) -> bool:
    """Tells whether the lost Region can write no more."""
    return fence(situation.epochs, passed=passed_at(situation) is not None).primary == FENCED
