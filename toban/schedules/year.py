"""A year of a schedule by the production policy: its stretches, day by day and difference by difference."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from functions.core.time_windows import WEEKDAYS, instant_of
from functions.night_scaling.schedule.desired import desired

if TYPE_CHECKING:
    from collections.abc import Iterator
    from zoneinfo import ZoneInfo

    from functions.night_scaling.schedule.model import ScheduleDocument

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Time during which one mode holds, UTC, end excluded."""

    begin: datetime
    end: datetime
    mode: str

    @property
    def hours(self) -> float:
        """Length in hours."""
        return (self.end - self.begin) / HOUR


@dataclass(frozen=True, slots=True)
class Difference:
    """Time during which two documents disagree, UTC, end excluded."""

    begin: datetime
    end: datetime
    old: str
    new: str


def bounds(year: int, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Finds the first instant of a year in a zone and the first after it."""
    first, after = (instant_of(datetime(start, 1, 1), zone) for start in (year, year + 1))  # noqa: DTZ001 - wall-clock times
    return first, after


def stretches(document: ScheduleDocument, year: int) -> list[Stretch]:
    """Lists the year's stretches in order; neighbours differ in mode."""
    at, end = bounds(year, document.zone)
    found = []
    while at < end:
        state = desired(document, now=at)
        until = min(end, state.next_change or end)
        found.append(Stretch(at, until, state.mode))
        at = until
    return found


def differences(old: ScheduleDocument, new: ScheduleDocument, year: int) -> Iterator[Difference]:
    """Yields, in order, the stretches of a year during which two documents ask for different modes."""
    at, end = bounds(year, new.zone)
    begun: Difference | None = None
    while at < end:
        one, two = desired(old, now=at), desired(new, now=at)
        until = min(end, one.next_change or end, two.next_change or end)
        if begun and (begun.old, begun.new, begun.end) != (one.mode, two.mode, at):
            yield begun
            begun = None
        if one.mode != two.mode:
            begun = Difference(begun.begin if begun else at, until, one.mode, two.mode)
        at = until
    if begun:
        yield begun


@dataclass(frozen=True, slots=True)
class Group:
    """Differences that look alike on the wall clock."""

    when: str
    old: str
    new: str
    times: int
    hours: float
    first: date
    last: date


def group_differences(found: list[Difference], zone: ZoneInfo) -> list[Group]:
    """Groups differences that begin and end at the same times of the week, the longest together first."""
    alike: dict[tuple[str, str, str], list[Difference]] = {}
    for difference in found:
        when = f"{_weekly(difference.begin.astimezone(zone))} to {_weekly(difference.end.astimezone(zone))}"
        alike.setdefault((when, difference.old, difference.new), []).append(difference)
    groups = [
        Group(
            when,
            old,
            new,
            len(same),
            sum((difference.end - difference.begin) / HOUR for difference in same),
            same[0].begin.astimezone(zone).date(),
            same[-1].begin.astimezone(zone).date(),
        )
        for (when, old, new), same in alike.items()
    ]
    return sorted(groups, key=lambda group: (-group.hours, group.first))


def _weekly(local: datetime) -> str:
    return f"{WEEKDAYS[local.weekday()]} {local:%H:%M}"


def noon(day: date, zone: ZoneInfo) -> datetime:
    """Finds the instant of noon on a day."""
    return instant_of(datetime(day.year, day.month, day.day, 12), zone)  # noqa: DTZ001 - a wall-clock time


def clock_changes_on(day: date, zone: ZoneInfo) -> bool:
    """Tells whether the zone's clocks are put forward or back on a day."""
    midnight = datetime.combine(day, datetime.min.time())
    begin, end = instant_of(midnight, zone), instant_of(midnight + timedelta(days=1), zone)
    return begin.astimezone(zone).utcoffset() != (end.astimezone(UTC)).astimezone(zone).utcoffset()
