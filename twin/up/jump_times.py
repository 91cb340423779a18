"""Reads the time that a person wants to jump to, on the wall clock of a zone."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from twin.up.wire import Refusal

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

FARTHEST = timedelta(days=31)
"""A month takes a minute or two of real time; a wrong year would take an hour."""

UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
FORMS = "write +8h (s, m, h or d), 22:00, or an instant such as 2026-12-11T22:00"


def parse_jump_time(text: str, *, now: datetime, zone: ZoneInfo) -> datetime:
    """Returns the instant that `text` means, UTC: a span from now, the next time of day, or an instant.

    Raises:
        Refusal: It means none, or one that lies behind or more than 31 days ahead.
    """
    try:
        wanted = _instant(text.strip(), now, zone).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Refusal(f"{text!r} is no time: {FORMS}.") from None
    if wanted < now:
        raise Refusal(
            f"{text!r} is in the past: it is {_local(now, zone)}, and virtual time does not run back."
        )
    if wanted - now > FARTHEST:
        raise Refusal(f"{text!r} is more than {FARTHEST.days} days ahead: jump there in steps.")
    return wanted


def _instant(text: str, now: datetime, zone: ZoneInfo) -> datetime:
    span = re.fullmatch(r"\+\s*(\d{1,9}(?:\.\d{1,3})?)\s*([smhd])", text)
    if span:
        return now + min(timedelta(**{UNITS[span[2]]: float(span[1])}), FARTHEST * 2)
    local = now.astimezone(zone)
    if re.fullmatch(r"\d{1,2}:\d\d(:\d\d)?", text):
        at = datetime.combine(local.date(), time.fromisoformat(text.rjust(len(text) | 1, "0")), zone)
        return at if at > local else datetime.combine(local.date() + timedelta(days=1), at.time(), zone)
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=zone)


def _local(instant: datetime, zone: ZoneInfo) -> str:
    return f"{instant.astimezone(zone):%a %Y-%m-%d %H:%M}"
