"""Decides the state of an alarm from its data points: pure, by the rules that CloudWatch documents."""

from __future__ import annotations

import operator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from twin.alarms.bounds import Bounds

OK, ALARM, INSUFFICIENT = "OK", "ALARM", "INSUFFICIENT_DATA"

COMPARISONS: dict[str, tuple[Callable[[float, float], bool], str]] = {
    "GreaterThanThreshold": (operator.gt, "greater than"),
    "GreaterThanOrEqualToThreshold": (operator.ge, "greater than or equal to"),
    "LessThanThreshold": (operator.lt, "less than"),
    "LessThanOrEqualToThreshold": (operator.le, "less than or equal to"),
}


@dataclass(frozen=True)
class Condition:
    """What an alarm asks for: M of N data points on the wrong side of a threshold."""

    comparison: str
    threshold: float
    periods: int
    to_alarm: int
    missing: str = "missing"
    """`breaching`, `notBreaching`, `ignore` or `missing`."""


@dataclass(frozen=True)
class AlarmState:
    """The state of an alarm, and why it is in it."""

    value: str
    """`OK`, `ALARM` or `INSUFFICIENT_DATA`."""
    reason: str


def decide(points: Sequence[float | None], condition: Condition, current: str) -> AlarmState:
    """Decides the state of an alarm, by the tables of "Configuring how CloudWatch alarms treat missing data".

    Args:
        points: The data points of the evaluation range, at least `condition.periods`, the newest last; None
            where a period has no data. Of the data that is there the newest count, and only what is lacking
            then is treated as missing.
        condition: What the alarm asks for.
        current: The state that it is in, kept where missing data is to be ignored.
    """
    breaks, words = COMPARISONS[condition.comparison]
    there = [point for point in points if point is not None][-condition.periods :]
    bad = [breaks(point, condition.threshold) for point in there]
    lacking = condition.periods - len(there)
    treated = condition.missing in ("breaching", "notBreaching")
    counted = sum(bad) + (lacking if condition.missing == "breaching" else 0)
    shown = ", ".join("missing" if point is None else f"{point:g}" for point in points[-condition.periods :])
    threshold = f"{words} the threshold ({condition.threshold:g})"
    text = f"{counted} out of {condition.periods} datapoints [{shown}] were {threshold}"
    if counted >= condition.to_alarm:
        return AlarmState(ALARM, f"Threshold Crossed: {text}.")
    if treated or not lacking or not all(bad):
        return AlarmState(OK, f"Threshold not crossed: {text}; {condition.to_alarm} are needed.")
    if condition.missing == "ignore":
        return AlarmState(current, "Data points are missing, which are ignored.")
    if _old_enough(points, condition):
        return AlarmState(ALARM, f"Threshold Crossed: {text}, and no later one was not.")
    return AlarmState(INSUFFICIENT, f"Insufficient Data: {lacking} datapoints were unknown.")


def certain(bounds: Bounds, condition: Condition, current: str) -> str | None:
    """Returns the state that data within these bounds leads to in any order; None when it may be another."""
    if bounds.never:
        by_treatment = {"breaching": ALARM, "notBreaching": OK, "ignore": current}
        return by_treatment.get(condition.missing, INSUFFICIENT)
    breaks, _ = COMPARISONS[condition.comparison]
    bad = {breaks(end, condition.threshold) for end in (bounds.low, bounds.high)}
    if len(bad) > 1:
        return None
    state, treatment = (ALARM, "breaching") if bad.pop() else (OK, "notBreaching")
    return state if not bounds.missing or condition.missing == treatment else None


def _old_enough(points: Sequence[float | None], condition: Condition) -> bool:
    """Returns whether the oldest data point is as old as the alarm needs them ("premature" state)."""
    ages = [len(points) - at for at, point in enumerate(points) if point is not None]
    return bool(ages) and ages[0] >= condition.to_alarm
