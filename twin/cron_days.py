"""The values of a cron field, and its two fields of days, with `?`, `L`, `W` and `#`."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

WEEK = {
    name: number for number, name in enumerate(("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"), start=1)
}
FRIDAY, SATURDAY = 4, 5
"""As Python counts weekdays, from Monday, which is 0."""
LAST_DAY = 31
NTH = 5


class ExpressionError(ValueError):
    """A schedule expression or a time zone that AWS would refuse; its text says why and what to write."""


@dataclass(frozen=True)
class MonthDays:
    """Days of the month: some by number, the last one or some before it, and weekdays next to one."""

    days: frozenset[int] = frozenset()
    before_last: frozenset[int] = frozenset()
    """`L` is 0, `L-3` is 3."""
    near: frozenset[int] = frozenset()
    """`15W` is the weekday nearest to the 15th, in the same month."""

    def holds(self, day: date) -> bool:
        """Returns whether a day is one of them."""
        last = calendar.monthrange(day.year, day.month)[1]
        if day.day in self.days or last - day.day in self.before_last:
            return True
        return any(day.day == _nearest_weekday(day, wanted, last) for wanted in self.near if wanted <= last)


@dataclass(frozen=True)
class WeekDays:
    """Days of the week, 1 is Sunday: some, the last of a kind in the month, and the nth of a kind."""

    days: frozenset[int] = frozenset()
    last: frozenset[int] = frozenset()
    nth: tuple[int, int] | None = None

    def holds(self, day: date) -> bool:
        """Returns whether a day is one of them."""
        number = day.isoweekday() % 7 + 1
        if number in self.days:
            return True
        if number in self.last and day.day + 7 > calendar.monthrange(day.year, day.month)[1]:
            return True
        return self.nth == (number, (day.day - 1) // 7 + 1)


def read_month_days(field: str) -> MonthDays:
    """Reads the field day-of-month, which is not `?`.

    Raises:
        ExpressionError: It is no such field.
    """
    if found := re.fullmatch(r"L(?:-(\d+))?", field):
        before = int(found[1] or 0)
        if before >= LAST_DAY:
            raise ExpressionError(f"day-of-month {field!r}: no month has a day so far before its last")
        return MonthDays(before_last=frozenset({before}))
    if found := re.fullmatch(r"(\d+)W", field):
        return MonthDays(near=numbers(found[1], "day-of-month", 1, LAST_DAY))
    return MonthDays(days=numbers(field, "day-of-month", 1, LAST_DAY))


def read_week_days(field: str) -> WeekDays:
    """Reads the field day-of-week, which is not `?`.

    Raises:
        ExpressionError: It is no such field.
    """
    if field == "L":
        return WeekDays(days=frozenset({7}))
    if found := re.fullmatch(r"(\w+)L", field):
        return WeekDays(last=numbers(found[1], "day-of-week", 1, 7, WEEK))
    if "#" in field:
        found = re.fullmatch(r"(\w+)#(\d)", field)
        if not found or not 1 <= int(found[2]) <= NTH:
            raise ExpressionError(
                f"day-of-week {field!r}: # takes one day and a number from 1 to 5, such as 3#2"
            )
        (day,) = numbers(found[1], "day-of-week", 1, 7, WEEK)
        return WeekDays(nth=(day, int(found[2])))
    return WeekDays(days=numbers(field, "day-of-week", 1, 7, WEEK, steps=False))


def numbers(
    field: str,
    name: str,
    least: int,
    most: int,
    names: Mapping[str, int] | None = None,
    *,
    steps: bool = True,
) -> frozenset[int]:
    """Reads a field of values, ranges, steps and lists of these.

    Args:
        field: Its text, in capitals.
        name: What it is called, for the error.
        least: The smallest value.
        most: The largest value.
        names: Names that stand for values, such as JAN.
        steps: Whether the field takes `/`.

    Raises:
        ExpressionError: It is no such field.
    """
    found: set[int] = set()
    for part in field.split(","):
        shape = re.fullmatch(r"(\*|\w+(?:-\w+)?)(?:/(\d+))?", part)
        if not shape or (shape[2] and not steps):
            signs = "*, , - and /" if steps else "*, , and -"
            raise ExpressionError(f"{name} {part!r} is not understood: it takes values with {signs}")
        span, step = shape[1], int(shape[2] or 1)
        if step < 1:
            raise ExpressionError(f"{name} {part!r}: a step is at least 1")
        if span == "*":
            first, last = least, most
        else:
            ends = [_number(each, name, least, most, names or {}) for each in span.split("-")]
            first, last = ends[0], ends[-1] if len(ends) > 1 or not shape[2] else most
        values = (
            range(first, last + 1) if first <= last else (*range(first, most + 1), *range(least, last + 1))
        )
        found.update(values[::step])
    return frozenset(found)


def _number(text: str, name: str, least: int, most: int, names: Mapping[str, int]) -> int:
    number = names.get(text, int(text) if text.isdigit() else None)
    if number is None or not least <= number <= most:
        known = f"{least} to {most}" + (f" or {', '.join(names)}" if names else "")
        raise ExpressionError(f"{name} {text!r}: use {known}")
    return number


def _nearest_weekday(day: date, wanted: int, last: int) -> int:
    """Returns the day of the same month, Monday to Friday, that is nearest to a day of it."""
    weekday = date(day.year, day.month, wanted).weekday()
    if weekday <= FRIDAY:
        return wanted
    if weekday == SATURDAY:
        return wanted - 1 if wanted > 1 else wanted + 2
    return wanted + 1 if wanted < last else wanted - 2
