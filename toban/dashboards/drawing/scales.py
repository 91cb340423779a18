"""Maps values and instants onto a picture, and finds the round numbers that its axes name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import asinh, ceil, floor, log10
from typing import TYPE_CHECKING

from toban.dashboards.drawing.units import scale_of, trimmed

if TYPE_CHECKING:
    from collections.abc import Iterator

_STEPS = (1, 2, 2.5, 5, 10)
_WANTED = 4
"""Rules across a picture, about."""
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Box:
    """A rectangle of the picture, in pixels."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return self.y + self.height


@dataclass(frozen=True)
class Axes:
    """Where an instant and a value lie within a box.

    Attributes:
        begin: seconds since 1970 at its left edge.
        end: the same at its right edge.
        low: the value at its lower edge, scaled as the axis is.
        high: the same at its upper edge.
        logarithmic: True where the axis is logarithmic above one, and about linear below.
    """

    box: Box
    begin: float
    end: float
    low: float
    high: float
    logarithmic: bool = False

    def x(self, at: float) -> float:
        """Returns an instant's place."""
        return round(self.box.x + (at - self.begin) / (self.end - self.begin) * self.box.width, 1)

    def y(self, value: float) -> float:
        """Returns a value's place."""
        height = (scaled(value, logarithmic=self.logarithmic) - self.low) / (self.high - self.low)
        return round(self.box.bottom - height * self.box.height, 1)


def scaled(value: float, *, logarithmic: bool) -> float:
    """Returns a value as its axis counts it."""
    return asinh(value) if logarithmic else value


def bounds(values: list[float], *, soft_min: float | None, soft_max: float | None) -> tuple[float, float]:
    """Returns the range that holds all values and both soft bounds, with some air; never an empty one."""
    known = [*values, *(bound for bound in (soft_min, soft_max) if bound is not None)] or [0.0, 1.0]
    low, high = min(known), max(known)
    if high == low:
        return (low - 1 if low < 0 else low, high + 1)
    air = (high - low) * 0.06
    return (low if low == soft_min else low - air, high + air)


def ticks(low: float, high: float, unit: str) -> list[tuple[float, str]]:
    """Returns round values between the bounds and how the axis writes them, all in one size of the unit."""
    size, suffix = scale_of(unit, max(abs(low), abs(high)))
    step = _round_step((high - low) / size / _WANTED)
    decimals = max(0, -floor(log10(step) + 1e-9)) + (step * 10 ** -floor(log10(step) + 1e-9) == 2.5)  # noqa: PLR2004
    first, last = ceil(low / size / step - 1e-9), floor(high / size / step + 1e-9)
    return [
        (count * step * size, trimmed(count * step, decimals) + suffix if count else "0")
        for count in range(first, last + 1)
    ]


def decades(low: float, high: float) -> list[tuple[float, str]]:
    """Returns zero and the powers of ten between two scaled bounds, for an axis logarithmic above one."""
    marks = [0.0, *(10.0**power for power in range(10))]
    return [(mark, trimmed(mark, 0)) for mark in marks if low <= scaled(mark, logarithmic=True) <= high]


def _round_step(rough: float) -> float:
    ten = 10.0 ** floor(log10(rough))
    return next(step * ten for step in _STEPS if step * ten >= rough * (1 - 1e-9))


def midnights(begin: datetime, end: datetime) -> Iterator[datetime]:
    """Yields each local midnight between two local instants."""
    day = begin.replace(hour=0, minute=0, second=0, microsecond=0)
    while day <= end:
        if day >= begin:
            yield day
        day += _DAY
