"""Wall-clock windows: what "22:00 to 08:00, beginning on Friday" means in a real time zone.

Three rules hold everywhere:

* A window is written on the wall clock. Its begin is included and its end excluded.
* A wall-clock time that occurs twice, in autumn, counts at its first occurrence only. So a state changes once
  in a repeated hour, and not again when the clock shows the same time for the second time.
* A wall-clock time that never occurs, in spring, counts at the instant at which the clock jumps over it. So a
  window that lies wholly inside the missing hour has no length on that day, and one that begins or ends
  inside it begins or ends with the jump.

Everything here is arithmetic: no clock is read, and naive datetimes stand for wall-clock times alone.
"""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
"""Names of the days as documents write them, in the order of `date.weekday()`."""

DAY_MINUTES: Final = 24 * 60
WEEK_MINUTES: Final = 7 * DAY_MINUTES

_CLOCK = r"([01]\d|2[0-3]):([0-5]\d)|24:00"
_MIDNIGHT = datetime.min.time()


def minute_of_day(text: str) -> int:
    """Reads a wall-clock time as minutes since midnight.

    Args:
        text: Two digits, a colon, two digits; "24:00" is the midnight that ends the day.

    Returns:
        0 to 1440.

    Raises:
        ValueError: the text is no such time, for example "8:00", "25:99" or "24:01".
    """
    found = re.fullmatch(_CLOCK, text, re.ASCII)
    if not found:
        raise ValueError(f"{text!r} is not a time of day")
    return DAY_MINUTES if found[1] is None else int(found[1]) * 60 + int(found[2])


def clock_text(minute: int) -> str:
    """Writes minutes since midnight (0 to 1440) as "HH:MM"."""
    return f"{minute // 60:02}:{minute % 60:02}"


class WeeklyWindow(NamedTuple):
    """A stretch of wall-clock time that begins on some days of every week.

    Attributes:
        days: Days on which the window begins; 0 is Monday.
        begin: Minutes since midnight of the begin, 0 to 1439.
        end: Minutes since midnight of the end, 0 to 1440.
        end_day: Day on which it ends; None is the same day when `end` comes after `begin`, else the day
            after.
    """

    days: frozenset[int]
    begin: int
    end: int
    end_day: int | None = None

    def minutes(self, day: int) -> int:
        """Tells how many wall-clock minutes the window that begins on `day` lasts: 1 to 10,080."""
        if self.end_day is None:
            return self.end - self.begin + (DAY_MINUTES if self.end <= self.begin else 0)
        length = (self.end_day - day) % 7 * DAY_MINUTES + self.end - self.begin
        return length if length > 0 else length + WEEK_MINUTES

    def occurrence(self, day: date) -> tuple[datetime, datetime] | None:
        """Finds the wall-clock begin and end (naive) of the window that begins on `day`.

        None when none does.
        """
        weekday = day.weekday()
        if weekday not in self.days:
            return None
        begin = datetime.combine(day, _MIDNIGHT) + timedelta(minutes=self.begin)
        return begin, begin + timedelta(minutes=self.minutes(weekday))

    def covered(self) -> list[tuple[int, int]]:
        """Lists the minutes of the week that the window covers, as half-open ranges within 0 to 10,080."""
        ranges = []
        for day in sorted(self.days):
            begin = day * DAY_MINUTES + self.begin
            end = begin + self.minutes(day)
            ranges.append((begin, min(end, WEEK_MINUTES)))
            if end > WEEK_MINUTES:
                ranges.append((0, end - WEEK_MINUTES))
        return ranges


def first_shared_minute(one: WeeklyWindow, other: WeeklyWindow) -> int | None:
    """Finds the first minute of the week (0 is Monday 00:00) which both windows cover.

    None when there is none.
    """
    shared = [
        max(begin, other_begin)
        for begin, end in one.covered()
        for other_begin, other_end in other.covered()
        if max(begin, other_begin) < min(end, other_end)
    ]
    return min(shared, default=None)


def instant_of(wall: datetime, zone: ZoneInfo) -> datetime:
    """Finds the instant, in UTC, at which the zone's clocks show a wall-clock time.

    Args:
        wall: A naive datetime. A time that occurs twice stands for its first occurrence, one that never
            occurs for the instant of the jump.
        zone: The IANA zone whose clocks are meant.
    """
    instant = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == wall:
        return instant
    return _jump_between(wall.replace(tzinfo=zone, fold=1).astimezone(UTC), instant, zone)


def _jump_between(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """Finds, to the second, the one change of the zone's offset after `before` and not after `after`."""
    old = before.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
        if middle.astimezone(zone).utcoffset() == old:
            before = middle
        else:
            after = middle
    return after
