"""Schedule expressions in AWS's own dialect: `cron(...)`, `rate(...)` and `at(...)`, in a time zone.

A local time that the spring change skips does not fire; one that the autumn change repeats fires once, at its
first pass. (EventBridge Scheduler user guide, "Time zones" and "Daylight savings time".)
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from twin.cron_days import ExpressionError
from twin.cron_fields import CronFields, parse_fields

if TYPE_CHECKING:
    from typing import Literal

RATE = re.compile(r"rate\((\d+) +(minutes?|hours?|days?)\)")
AT = re.compile(r"at\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)")
CRON = re.compile(r"cron\(([^()]*)\)")
UNIT_S = {"minute": 60, "hour": 3600, "day": 86400}
MOST_CHARACTERS = 256
"""The length of an expression (API references, CreateSchedule and PutRule)."""


@dataclass(frozen=True)
class Expression:
    """A parsed schedule expression."""

    kind: Literal["cron", "rate", "at"]
    zone: ZoneInfo
    cron: CronFields | None = None
    every: timedelta = timedelta(0)
    once: datetime | None = None

    def next_after(self, moment: datetime, *, anchor: datetime) -> datetime | None:
        """Returns the first time after `moment` at which the schedule fires.

        Args:
            moment: An aware time.
            anchor: The first occurrence of a rate, which it counts from.

        Returns:
            An aware time in UTC, or None when it never fires again.
        """
        if self.kind == "rate":
            passed = (moment - anchor) // self.every
            return anchor if moment < anchor else anchor + self.every * (passed + 1)
        if self.cron is None:
            return self.once if self.once and self.once > moment else None
        return self._next_cron(self.cron, moment)

    def _next_cron(self, cron: CronFields, moment: datetime) -> datetime | None:
        wall: datetime | None = moment.astimezone(self.zone).replace(tzinfo=None)
        while wall is not None:
            wall = cron.next_after(wall)
            if wall is None:
                return None
            fires = wall.replace(tzinfo=self.zone).astimezone(UTC)
            skipped = fires.astimezone(self.zone).replace(tzinfo=None) != wall
            if not skipped and fires > moment:
                return fires
        return None


@lru_cache(maxsize=1024)
def parse(text: str, zone: str = "UTC", *, of_rule: bool = False) -> Expression:
    """Parses a schedule expression.

    Args:
        text: The expression.
        zone: An IANA time zone; rules of an event bus have UTC alone.
        of_rule: Whether a rule of an event bus has it. Rules do not know `at(...)`, and want `rate(1 minute)`
            but `rate(5 minutes)`, where EventBridge Scheduler takes either word for any number.

    Raises:
        ExpressionError: With a sentence that says what is wrong.
    """
    place = named_zone(zone)
    if len(text) > MOST_CHARACTERS:
        raise ExpressionError(
            f"the schedule expression has {len(text)} characters: {MOST_CHARACTERS} are the most"
        )
    if match := RATE.fullmatch(text):
        return _rate(text, int(match.group(1)), match.group(2), place, of_rule=of_rule)
    if match := AT.fullmatch(text):
        if of_rule:
            raise ExpressionError(
                f"{text!r}: a rule of an event bus knows cron and rate only; use EventBridge Scheduler"
            )
        return _at(text, match.group(1), place)
    if match := CRON.fullmatch(text):
        return Expression("cron", place, cron=parse_fields(match.group(1), text))
    raise ExpressionError(
        f"{text!r} is no schedule expression: write cron(minute hour day-of-month month day-of-week year), "
        "rate(5 minutes) or at(2026-01-31T08:00:00)"
    )


def named_zone(name: str) -> ZoneInfo:
    """Returns an IANA time zone.

    Raises:
        ExpressionError: There is none of that name.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ExpressionError(
            f"the time zone {name!r} is not known: use an IANA name such as Asia/Tokyo"
        ) from error


def _rate(text: str, count: int, unit: str, zone: ZoneInfo, *, of_rule: bool) -> Expression:
    if count < 1:
        raise ExpressionError(f"{text!r}: a rate is at least 1")
    if of_rule and (count == 1) == unit.endswith("s"):
        right = unit.rstrip("s") + ("" if count == 1 else "s")
        raise ExpressionError(f"{text!r}: a rule wants rate({count} {right})")
    try:
        every = timedelta(seconds=count * UNIT_S[unit.rstrip("s")])
    except OverflowError as error:
        raise ExpressionError(f"{text!r}: the rate is too large") from error
    return Expression("rate", zone, every=every)


def _at(text: str, moment: str, zone: ZoneInfo) -> Expression:
    try:
        wall = datetime.fromisoformat(moment)
    except ValueError as error:
        raise ExpressionError(f"{text!r}: {error}") from error
    once = wall.replace(tzinfo=zone).astimezone(UTC)
    skipped = once.astimezone(zone).replace(tzinfo=None) != wall
    return Expression("at", zone, once=None if skipped else once)
