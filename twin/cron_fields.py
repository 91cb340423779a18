"""The six fields of `cron(minute hour day-of-month month day-of-week year)`, in wall time.

EventBridge user guide, "Cron expressions"; EventBridge Scheduler user guide, "Cron-based schedules": which
values and wildcards each field takes. A range that ends before it begins goes on from the field's start, as
in the guide's own example `20-2`.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from twin.cron_days import ExpressionError, MonthDays, WeekDays, numbers, read_month_days, read_week_days

MONTHS = {name.upper(): number for number, name in enumerate(calendar.month_abbr) if name}
YEARS = (1970, 2199)
SIX = 6
BEFORE = datetime(YEARS[0] - 1, 12, 31, 23, 59)  # noqa: DTZ001 - wall time, of no zone


@dataclass(frozen=True)
class CronFields:
    """A parsed cron expression."""

    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    months: frozenset[int]
    years: frozenset[int]
    days: MonthDays | WeekDays

    def next_after(self, wall: datetime) -> datetime | None:
        """Returns the first wall time after `wall` that fits, None when there is none before 2200."""
        day = wall.date()
        at = self._within_day(wall.time()) if self._fits(day) else None
        while at is None:
            following = self._next_day(day)
            if following is None:
                return None
            day, at = following, time(self.hours[0], self.minutes[0])
        return datetime.combine(day, at)

    def _within_day(self, after: time) -> time | None:
        for hour in self.hours:
            if hour < after.hour:
                continue
            for minute in self.minutes:
                if (hour, minute) > (after.hour, after.minute):
                    return time(hour, minute)
        return None

    def _fits(self, day: date) -> bool:
        return day.year in self.years and day.month in self.months and self.days.holds(day)

    def _next_day(self, day: date) -> date | None:
        while True:
            day += timedelta(days=1)
            if day.year > YEARS[1]:
                return None
            if day.year not in self.years:
                day = date(day.year, 12, 31)
            elif day.month not in self.months:
                day = day.replace(day=calendar.monthrange(day.year, day.month)[1])
            elif self.days.holds(day):
                return day


def parse_fields(fields: str, text: str) -> CronFields:
    """Parses what stands between the parentheses of `cron(...)`.

    Args:
        fields: The six fields.
        text: The whole expression, for the error.

    Raises:
        ExpressionError: AWS would refuse it.
    """
    parts = fields.split()
    if len(parts) != SIX:
        raise ExpressionError(
            f"{text!r} has {len(parts)} fields: write minute, hour, day-of-month, month, day-of-week and year"
        )
    minute, hour, month_day, month, week_day, year = (part.upper() for part in parts)
    if (month_day == "?") == (week_day == "?"):
        raise ExpressionError(f"{text!r}: write ? in exactly one of day-of-month and day-of-week")
    try:
        parsed = CronFields(
            tuple(sorted(numbers(minute, "minute", 0, 59))),
            tuple(sorted(numbers(hour, "hour", 0, 23))),
            numbers(month, "month", 1, 12, MONTHS),
            numbers(year, "year", *YEARS),
            read_week_days(week_day) if month_day == "?" else read_month_days(month_day),
        )
    except ExpressionError as error:
        raise ExpressionError(f"{text!r}: {error}") from error
    if parsed.next_after(BEFORE) is None:
        raise ExpressionError(f"{text!r} never fires: there is no such day")
    return parsed
