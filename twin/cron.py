"""Schedule expressions in AWS's own dialect: `cron(...)`, `rate(...)` and `at(...)`, in a time zone.

A local time that the spring change skips does not fire; one that the autumn change repeats fires once, at its
first pass. (EventBridge Scheduler user guide, "Time zones" and "Daylight savings time".)
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from aws_croniter import AwsCroniter
from aws_croniter.exceptions import AwsCroniterExpressionError

RATE = re.compile(r"rate\((\d+) (minutes?|hours?|days?)\)")
AT = re.compile(r"at\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)")
CRON = re.compile(r"cron\(([^()]*)\)")
UNIT_S = {"minute": 60, "hour": 3600, "day": 86400}


class ExpressionError(ValueError):
    """A schedule expression or a time zone that AWS would refuse; its text says why and what to write."""


@dataclass(frozen=True)
class Expression:
    """A parsed schedule expression."""

    kind: str
    """`cron`, `rate` or `at`."""
    zone: ZoneInfo
    cron: Any = None
    every: timedelta = timedelta(0)
    once: datetime | None = None

    def next_after(self, moment: datetime, *, anchor: datetime) -> datetime | None:
        """Returns the first time after `moment` at which the schedule fires.

        Args:
            moment: An aware time.
            anchor: When the schedule started to count, which a rate goes by.

        Returns:
            An aware time in UTC, or None when it never fires again.
        """
        if self.kind == "rate":
            passed = (moment - anchor) // self.every
            return anchor + self.every * (max(passed, 0) + 1)
        if self.kind == "at":
            return self.once if self.once and self.once > moment else None
        return self._next_cron(moment)

    def _next_cron(self, moment: datetime) -> datetime | None:
        # The dialect's library counts in wall time only, which it wants to be called UTC.
        wall = moment.astimezone(self.zone).replace(tzinfo=UTC)
        while True:
            wall = self.cron.get_next(wall)[0]
            if wall is None:
                return None
            fires: datetime = wall.replace(tzinfo=self.zone).astimezone(UTC)
            skipped = fires.astimezone(self.zone).replace(tzinfo=None) != wall.replace(tzinfo=None)
            if not skipped and fires > moment:
                return fires


@lru_cache(maxsize=1024)
def parse(text: str, zone: str = "UTC", *, at_allowed: bool = True) -> Expression:
    """Parses a schedule expression.

    Args:
        text: The expression.
        zone: An IANA time zone; rules of an event bus have UTC alone.
        at_allowed: Whether `at(...)` is offered; rules of an event bus do not have it.

    Raises:
        ExpressionError: With a sentence that says what is wrong.
    """
    place = named_zone(zone)
    if match := RATE.fullmatch(text):
        return _rate(text, int(match.group(1)), match.group(2), place)
    if match := AT.fullmatch(text):
        if not at_allowed:
            raise ExpressionError(
                f"{text!r}: a rule of an event bus knows cron and rate only; use EventBridge Scheduler"
            )
        return _at(text, match.group(1), place)
    if match := CRON.fullmatch(text):
        try:
            cron = AwsCroniter(match.group(1))
            cron.get_next(datetime(2026, 1, 1, tzinfo=UTC))
        except (AwsCroniterExpressionError, ValueError, IndexError) as error:
            raise ExpressionError(f"{text!r} is no cron expression of AWS: {error}") from error
        return Expression("cron", place, cron=cron)
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


def _rate(text: str, count: int, unit: str, zone: ZoneInfo) -> Expression:
    if count < 1:
        raise ExpressionError(f"{text!r}: a rate is at least 1")
    if (count == 1) == unit.endswith("s"):
        right = unit.rstrip("s") + ("" if count == 1 else "s")
        raise ExpressionError(f"{text!r}: AWS wants rate({count} {right})")
    return Expression("rate", zone, every=timedelta(seconds=count * UNIT_S[unit.rstrip("s")]))


def _at(text: str, moment: str, zone: ZoneInfo) -> Expression:
    try:
        return Expression(
            "at", zone, once=datetime.fromisoformat(moment).replace(tzinfo=zone).astimezone(UTC)
        )
    except ValueError as error:
        raise ExpressionError(f"{text!r}: {error}") from error
