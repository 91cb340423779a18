"""Sleeps of an environment as people write them down, and ages of what does not age meanwhile."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from functions.core.reading.records import Listed, Member, Nullable, Record
from functions.core.reading.shapes import Instant

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime


class Sleep(NamedTuple):
    """A time in which the environment slept: its data did not age. None for an end that is not here yet."""

    begin: datetime
    end: datetime | None


def sleeps_member(says: str) -> Member:
    """Returns the member that holds an environment's sleeps, none by default; `says` is their meaning."""
    times = {
        "begin": Member(Instant(), "when it fell asleep"),
        "end": Member(Nullable(Instant()), "when it woke; null: it sleeps", None),
    }
    return Member(Listed(Record(Sleep, times)), says, [])


def awake_age(
    since: datetime, sleeps: Iterable[tuple[datetime, datetime | None]], *, now: datetime
) -> timedelta:
    """Returns how long something has been there, counting the hours awake alone; never less than nothing.

    Args:
        since: When it was made.
        sleeps: Beginning and end of each sleep, in any order, overlapping or not; None for one that lasts.
        now: The instant.
    """
    slept, until = timedelta(), since
    for begin, end in sorted((begin, min(end or now, now)) for begin, end in sleeps):
        counted_from = max(begin, until)
        if end > counted_from:
            slept += end - counted_from
            until = end
    return max(now - since - slept, timedelta())
