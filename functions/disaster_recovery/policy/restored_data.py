"""Whether the data that would be promoted are restored and proved: by the steps, in their order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from functions.disaster_recovery.policy.steps import DATABASE, SERVICE_ON_LAMBDA, SMOKE_BEFORE

if TYPE_CHECKING:
    from functions.disaster_recovery.policy.situation import Progress, Situation

_AFTER: Final = (SERVICE_ON_LAMBDA, SMOKE_BEFORE)


def why_unproved(situation: Situation, use: str, *, by_choice: bool) -> str | None:
    """Returns why the data of the source in use are not proved yet; None when they are.

    The restore has to be done, then the API to begin on it, then the smoke journey: one that ran upon the
    other restore of a hedge proves nothing of this one.
    """
    steps = {step.name: step for step in situation.progress}
    database = f"{DATABASE}-{use}"
    last = steps.get(database)
    if (why := _unfinished(last, database)) or last is None:
        return f"the data are not restored: {why}"
    for name in _AFTER:
        step = steps.get(name)
        if (why := _unfinished(step, name)) or step is None:
            return f"the restored data are not proved: {why}"
        if last.ended_at and step.began_at < last.ended_at:
            return f"the restored data are not proved: {name} began before {last.name} had ended"
        last = step
    chosen = situation.choice
    if by_choice and chosen and last.began_at < chosen.at:
        return f"the restored data are not proved: {last.name} ran before {chosen.who} chose the {use}"
    return None


def must_run_again(situation: Situation, database: str) -> set[str]:
    """Returns the steps that ran before a restore had ended: upon other data, so they prove nothing of it."""
    ends = [step.ended_at for step in situation.progress if step.name == database and not step.failed]
    end = ends[0] if ends else None
    return {
        step.name
        for step in situation.progress
        if step.name in _AFTER and (end is None or step.began_at < end)
    }


def _unfinished(step: Progress | None, name: str) -> str | None:
    if step is None:
        return f"{name} has not begun"
    if step.failed:
        return f"{name} failed"
    return None if step.ended_at else f"{name} is at work"
