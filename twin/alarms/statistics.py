"""CloudWatch's statistics over the values of one period, the extended ones included.

CloudWatch user guide, "CloudWatch statistics definitions": pNN, tmNN, tcNN, tsNN, wmNN, TM, TC, TS, WM with
two bounds, PR and IQM. A lower bound is exclusive and an upper one inclusive.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

SHORT = re.compile(r"(p|tm|tc|ts|wm)(\d{1,2}(?:\.\d{1,10})?|100)")
LONG = re.compile(r"(TM|TC|TS|WM|PR)\((-?[\d.]*%?):(-?[\d.]*%?)\)")
HALF = 0.5


class StatisticError(ValueError):
    """A statistic that CloudWatch does not know; its text says what to write."""


@dataclass
class Samples:
    """What one period holds: single values, and sets of which only four figures are known."""

    values: list[float] = field(default_factory=list)
    sets: list[tuple[float, float, float, float]] = field(default_factory=list)
    """Count, sum, minimum and maximum of each."""

    def add(self, other: Samples) -> None:
        """Takes over what another period holds."""
        self.values += other.values
        self.sets += other.sets

    def repeated(self, times: int) -> Samples:
        """Returns what so many periods hold that each hold this."""
        if len(self.values) == 1 and not self.sets:
            [value] = self.values
            return Samples(sets=[(times, times * value, value, value)])
        sets = [(times * count, times * total, low, high) for count, total, low, high in self.sets]
        return Samples(self.values * times, sets)

    @property
    def count(self) -> float:
        """How many values there are."""
        return len(self.values) + sum(count for count, _, _, _ in self.sets)

    def statistic(self, wanted: str) -> float | None:
        """Returns a statistic; None when there is no data, or none that it can be computed of.

        Raises:
            StatisticError: CloudWatch does not know it.
        """
        compute = compile_statistic(wanted)
        return compute(self) if self.values or self.sets else None

    def every_value(self) -> Sequence[float] | None:
        """Returns the values in order; None when a set hides them, that is, holds different ones."""
        hidden = [each for each in self.sets if each[2] != each[3]]
        if hidden:
            return None
        return sorted([*self.values, *(low for count, _, low, _ in self.sets for _ in range(int(count)))])


@lru_cache(maxsize=256)
def compile_statistic(name: str) -> Callable[[Samples], float | None]:
    """Returns what computes a statistic.

    Raises:
        StatisticError: CloudWatch does not know it.
    """
    if name in PLAIN:
        return PLAIN[name]
    if name == "IQM":
        return _over_values(lambda values: _mean(_between(values, "25%", "75%")))
    if short := SHORT.fullmatch(name):
        kind, upper = short.groups()
        if kind == "p":
            return _over_values(lambda values: percentile(values, float(upper)))
        return _trimmed(kind.upper(), "", f"{upper}%")
    if long := LONG.fullmatch(name):
        kind, low, high = long.groups()
        if (low or high) and not ({"%"} & set(low + high) and _mixed(low, high)):
            return _trimmed(kind, low, high)
    raise StatisticError(
        f"the statistic {name!r} is not known: use {', '.join(sorted(PLAIN))}, IQM, p99, tm99, tc99, ts99, "
        "wm99, or TM, TC, TS, WM and PR with bounds, such as TM(10%:90%)"
    )


def percentile_of(name: str) -> float | None:
    """Returns the percentile of a statistic such as p99.9; None for any other."""
    found = SHORT.fullmatch(name)
    return float(found[2]) if found and found[1] == "p" else None


def samples_needed(percent: float) -> float:
    """Returns how many samples a percentile needs to be significant ("Percentile-based alarms")."""
    share = percent / 100
    rare = 1 - share if share >= HALF else share
    return math.inf if rare <= 0 else round(10 / rare, 6)


def percentile(values: Sequence[float], percent: float) -> float:
    """Returns a percentile of ordered values, interpolated between the two next to it."""
    rank = percent / 100 * (len(values) - 1)
    low = int(rank)
    high = min(low + 1, len(values) - 1)
    return values[low] + (values[high] - values[low]) * (rank - low)


PLAIN: dict[str, Callable[[Samples], float | None]] = {
    "Average": lambda samples: _sum(samples) / samples.count,
    "Maximum": lambda samples: max([*samples.values, *(high for _, _, _, high in samples.sets)]),
    "Minimum": lambda samples: min([*samples.values, *(low for _, _, low, _ in samples.sets)]),
    "SampleCount": lambda samples: float(samples.count),
    "Sum": lambda samples: float(_sum(samples)),
}


def _sum(samples: Samples) -> float:
    return sum(samples.values) + sum(total for _, total, _, _ in samples.sets)


def _mixed(low: str, high: str) -> bool:
    """Returns whether one bound is a share and the other a value."""
    return bool(low and high) and low.endswith("%") != high.endswith("%")


def _over_values(compute: Callable[[Sequence[float]], float | None]) -> Callable[[Samples], float | None]:
    def computed(samples: Samples) -> float | None:
        values = samples.every_value()
        return None if values is None else compute(values)

    return computed


def _trimmed(kind: str, low: str, high: str) -> Callable[[Samples], float | None]:
    def compute(values: Sequence[float]) -> float | None:
        kept = _between(values, low, high)
        if kind == "TC":
            return float(len(kept))
        if kind == "TS":
            return float(sum(kept))
        if kind == "PR":
            return 100 * len(kept) / len(values)
        if kind == "WM":
            bottom, top = _bounds(values, low, high)
            return _mean([min(max(value, bottom), top) for value in values])
        return _mean(kept)

    return _over_values(compute)


def _bounds(values: Sequence[float], low: str, high: str) -> tuple[float, float]:
    return (
        -math.inf if not low else percentile(values, float(low[:-1])) if low.endswith("%") else float(low),
        math.inf if not high else percentile(values, float(high[:-1])) if high.endswith("%") else float(high),
    )


def _between(values: Sequence[float], low: str, high: str) -> list[float]:
    bottom, top = _bounds(values, low, high)
    # The smallest value lies above no bound that is a share of zero.
    inclusive = low in ("", "0%")
    return [value for value in values if (value >= bottom if inclusive else value > bottom) and value <= top]


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None
