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
class Terms:
    """What an alarm asks for: M of N data points on the wrong side of a threshold."""

    comparison: str
    threshold: float
    periods: int
    to_alarm: int
    missing: str = "missing"
    """`breaching`, `notBreaching`, `ignore` or `missing`."""


@dataclass(frozen=True)
class Verdict:
    """A state and why."""

    state: str
    reason: str


def decide(points: Sequence[float | None], terms: Terms, current: str) -> Verdict:
    """Decides the state of an alarm.

    Args:
        points: The last `terms.periods` data points, the newest last; None where a period has no data.
        terms: What the alarm asks for.
        current: The state that it is in, kept where missing data is to be ignored.
    """
    breaks, words = COMPARISONS[terms.comparison]
    there = [point for point in points if point is not None]
    gaps = len(points) - len(there)
    bad = sum(breaks(point, terms.threshold) for point in there)
    if not there and terms.missing in ("missing", "ignore"):
        if terms.missing == "ignore":
            return Verdict(current, "No data points were received and missing data is ignored.")
        return Verdict(INSUFFICIENT, f"Insufficient Data: {gaps} datapoints were unknown.")
    counted = bad + (gaps if terms.missing == "breaching" else 0)
    shown = ", ".join("missing" if point is None else f"{point:g}" for point in points)
    if counted >= terms.to_alarm:
        text = f"{counted} out of {len(points)} datapoints [{shown}] were {words} the threshold ({terms.threshold:g})"
        return Verdict(ALARM, f"Threshold Crossed: {text}.")
    if terms.missing == "ignore" and bad + gaps >= terms.to_alarm:
        return Verdict(current, f"Missing data is ignored and could decide: [{shown}].")
    text = f"{counted} out of {len(points)} datapoints [{shown}] were {words} the threshold ({terms.threshold:g})"
    return Verdict(OK, f"Threshold not crossed: {text}; {terms.to_alarm} are needed.")
