"""Decides the state of an alarm from its data points: pure, by the rules that CloudWatch documents."""

from __future__ import annotations

import operator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

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
    """Decides the state of an alarm.

    Args:
        points: The last `condition.periods` data points, the newest last; None where a period has no data.
        condition: What the alarm asks for.
        current: The state that it is in, kept where missing data is to be ignored.
    """
    breaks, words = COMPARISONS[condition.comparison]
    there = [point for point in points if point is not None]
    gaps = len(points) - len(there)
    bad = sum(breaks(point, condition.threshold) for point in there)
    if not there and condition.missing in ("missing", "ignore"):
        if condition.missing == "ignore":
            return AlarmState(current, "No data points were received and missing data is ignored.")
        return AlarmState(INSUFFICIENT, f"Insufficient Data: {gaps} datapoints were unknown.")
    counted = bad + (gaps if condition.missing == "breaching" else 0)
    shown = ", ".join("missing" if point is None else f"{point:g}" for point in points)
    threshold = f"{words} the threshold ({condition.threshold:g})"
    text = f"{counted} out of {len(points)} datapoints [{shown}] were {threshold}"
    if counted >= condition.to_alarm:
        return AlarmState(ALARM, f"Threshold Crossed: {text}.")
    if condition.missing == "ignore" and bad + gaps >= condition.to_alarm:
        return AlarmState(current, f"Missing data is ignored and could decide: [{shown}].")
    return AlarmState(OK, f"Threshold not crossed: {text}; {condition.to_alarm} are needed.")
