"""Reads until when a person wants a hold: an hour on the wall clock, the next sleep, or an instant."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from functions.core.time_windows import DAY_MINUTES, instant_of, minute_of_day
from functions.night_scaling.schedule.desired import desired
from functions.night_scaling.schedule.holds import HoldRefused

if TYPE_CHECKING:
    from functions.night_scaling.schedule.model import ScheduleDocument

NEXT_SLEEP: Final = "next sleep"
"""What people say for the next instant at which the schedule, without any hold, goes from awake to asleep."""


def resolve_until(until: str, *, document: ScheduleDocument, now: datetime) -> datetime:
    """Finds the instant, in UTC, that people mean.

    Args:
        until: "23:00", the next one on the wall clock of the document's zone; "next sleep"; or an ISO 8601
            instant, read in the document's zone when it names no offset.
        document: The schedule in force.
        now: The present instant, aware.

    Raises:
        HoldRefused: the text is none of these, or nothing ever sleeps.
    """
    text = until.strip()
    if text.lower() == NEXT_SLEEP:
        return _next_sleep(document, now)
    try:
        minutes = minute_of_day(text)
    except ValueError:
        return _instant(text, document)
    today = now.astimezone(document.zone).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    shown = (
        instant_of(today + timedelta(minutes=minutes + day * DAY_MINUTES), document.zone) for day in range(3)
    )
    return next(instant for instant in shown if instant > now)


def _next_sleep(document: ScheduleDocument, now: datetime) -> datetime:
    state = desired(document, now=now)
    while state.asleep and state.next_change:
        state = desired(document, now=state.next_change)
    if state.asleep or state.next_change is None:
        raise HoldRefused(
            'the schedule never goes to sleep again; say an instant or "23:00" instead of "next sleep"'
        )
    return state.next_change


def _instant(text: str, document: ScheduleDocument) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        message = (
            f'{text[:60]!r} is no time; say "23:00", "next sleep" or an instant such as 2027-01-04T23:00'
        )
        raise HoldRefused(message) from error
    return instant_of(found, document.zone) if found.tzinfo is None else found.astimezone(UTC)
