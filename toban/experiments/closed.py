"""The stretches of a schedule document in which nobody experiments: its holidays, freezes and sleeps."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from functions.chaos.policy.facts import Closed
from functions.core.time_windows import instant_of
from functions.night_scaling.schedule.desired import desired
from functions.night_scaling.schedule.model import AWAKE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from functions.night_scaling.schedule.model import ScheduleDocument


def closed_stretches(document: ScheduleDocument, *, begin: datetime, end: datetime) -> tuple[Closed, ...]:
    """Returns the document's holidays, freezes and sleeps that touch a stretch of time."""
    found = [*_holidays(document, begin, end), *_freezes(document), *_sleeps(document, begin, end)]
    return tuple(closed for closed in found if closed.begin < end and begin < closed.end)


def _freezes(document: ScheduleDocument) -> Iterator[Closed]:
    for freeze in document.freezes:
        yield Closed("freeze", freeze.name, freeze.begin, freeze.end)


def _holidays(document: ScheduleDocument, begin: datetime, end: datetime) -> Iterator[Closed]:
    day, last = begin.astimezone(document.zone).date(), end.astimezone(document.zone).date()
    while day <= last:
        for calendar in document.calendars:
            if calendar.mode != AWAKE and day in calendar.dates:
                name = f"{calendar.name} ({calendar.dates[day]})"
                yield Closed(
                    "holiday", name, _midnight(document, day), _midnight(document, day + timedelta(days=1))
                )
        day += timedelta(days=1)


def _midnight(document: ScheduleDocument, day: date) -> datetime:
    return instant_of(datetime.combine(day, time()), document.zone)


def _sleeps(document: ScheduleDocument, begin: datetime, end: datetime) -> Iterator[Closed]:
    at = begin.astimezone(UTC)
    while at < end:
        now = desired(document, holds=(), now=at)
        until = now.next_change or end + timedelta(days=1)
        if now.mode != AWAKE:
            yield Closed("sleep", now.mode, at, until)
        at = until
