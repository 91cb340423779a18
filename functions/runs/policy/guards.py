"""What keeps Toban from acting: a person's kill switch, and the days in which it only observes."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from functions.core.instants import read_instant

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


def paused_by(values: Mapping[str, object]) -> str | None:
    """Returns who switched Toban off and why; None when it is on.

    Args:
        values: The note of the kill switch: who, why, when; empty when it is off.
    """
    by = values.get("by")
    return f"paused by {by}: {values.get('reason', '')}" if by else None


def observing_until(values: Mapping[str, object], *, days: int, now: datetime) -> datetime | None:
    """Returns when Toban begins to act; None when it may act now.

    Args:
        values: The note of the first tick, from which the observing counts; empty on that very tick, which is
            `now`.
        days: Days to observe; 0 for none.
        now: The instant.
    """
    since = read_instant(values["since"]) if "since" in values else now
    until = since + timedelta(days=days)
    return until if until > now else None
