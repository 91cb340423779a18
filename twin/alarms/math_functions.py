"""The functions of metric math, over series of one length: a slot without data is None, and stays so.

CloudWatch user guide, "Using math expressions with CloudWatch metrics", the table of functions. What combines
several series does so slot by slot; of one series it makes a number.
"""

from __future__ import annotations

import math
import statistics
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Series = list[float | None]

ACROSS: dict[str, Callable[[Sequence[float]], float]] = {
    "AVG": lambda values: sum(values) / len(values),
    "MAX": max,
    "MIN": min,
    "STDDEV": statistics.pstdev,
    "SUM": sum,
}
SINGLE: dict[str, Callable[[float], float]] = {
    "ABS": abs,
    "CEIL": math.ceil,
    "FLOOR": math.floor,
    "LOG": math.log,
    "LOG10": math.log10,
}
ARGUMENTS = {
    **dict.fromkeys((*ACROSS, *SINGLE, "DATAPOINT_COUNT", "DIFF", "METRIC_COUNT"), (1, 1)),
    **dict.fromkeys(("DIFF_TIME", "FIRST", "LAST", "PERIOD", "RATE", "RUNNING_SUM", "TIME_SERIES"), (1, 1)),
    "FILL": (2, 2),
    "IF": (2, 3),
    "METRICS": (0, 1),
}
"""Every function, with the least and the most arguments that it takes."""
ELSEWHERE = {
    "ANOMALY_DETECTION_BAND", "DATE", "DAY", "DB_PERF_INSIGHTS", "EPOCH", "HOUR", "INSIGHT_RULE_METRIC",
    "LAMBDA", "MINUTE", "MONTH", "REMOVE_EMPTY", "SEARCH", "SELECT", "SERVICE_QUOTA", "SLICE", "SORT", "YEAR",
}  # fmt: skip
"""What CloudWatch has and the twin does not, or alarms cannot have."""
FILLS = ("LINEAR", "REPEAT")


def differences(series: Series, slots: Sequence[int], name: str) -> Series:
    """Evaluates DIFF, DIFF_TIME or RATE: each value against the one before it that is there."""
    found: Series = []
    before: tuple[int, float] | None = None
    for at, value in zip(slots, series, strict=True):
        if value is None or before is None:
            found.append(None)
        else:
            passed, changed = float(at - before[0]), value - before[1]
            found.append({"DIFF": changed, "DIFF_TIME": passed, "RATE": changed / passed}[name])
        before = before if value is None else (at, value)
    return found


def running_sum(series: Series) -> Series:
    """Evaluates RUNNING_SUM: the sum of the values so far."""
    found: Series = []
    total = 0.0
    for value in series:
        total += value or 0.0
        found.append(None if value is None else total)
    return found


def filled(series: Series, how: str, replacement: Series) -> Series:
    """Evaluates FILL: a gap becomes a number, the value before it, or a point of the line across it."""
    if how == "REPEAT":
        found: Series = []
        for value in series:
            found.append((found[-1] if found else None) if value is None else value)
        return found
    if how == "LINEAR":
        return [_on_the_line(series, at) if value is None else value for at, value in enumerate(series)]
    return [other if value is None else value for value, other in zip(series, replacement, strict=True)]


def _on_the_line(series: Series, at: int) -> float | None:
    before = next(((i, series[i]) for i in range(at - 1, -1, -1) if series[i] is not None), None)
    after = next(((i, series[i]) for i in range(at + 1, len(series)) if series[i] is not None), None)
    if before is None or after is None or before[1] is None or after[1] is None:
        return None
    return before[1] + (after[1] - before[1]) * (at - before[0]) / (after[0] - before[0])


def combined(name: str, items: Sequence[float | None]) -> float | None:
    """Evaluates AVG, MAX, MIN, STDDEV or SUM over what is there; None when nothing is."""
    there = [item for item in items if item is not None]
    return float(ACROSS[name](there)) if there else None


def of_each(name: str, value: float | None) -> float | None:
    """Evaluates ABS, CEIL, FLOOR, LOG or LOG10 of one value; None where it has none."""
    try:
        return None if value is None else float(SINGLE[name](value))
    except ValueError:
        return None
