"""Ages of what does not age while its environment sleeps."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime


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
