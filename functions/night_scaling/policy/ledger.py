"""The ledger: stopped hours as they were observed, month by month.

What was planned beside them, and who saved them.

Each tick adds the time since the last one, for what was off at both: less than the truth when ticks were
lost, never more. A wake's running-up is thereby paid for: from the moment it begins, nothing is counted as
stopped.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from functions.core.instants import read_instant

NOTE = "night_scaling/ledger"
LONGEST = timedelta(minutes=20)
"""The longest stretch that one tick vouches for: two ticks. What a lost one would have seen, nobody knows."""
JUDGED_AFTER = timedelta(hours=1)
"""How long a sleep lasts before its saving is judged: longer than a drain with all its patience."""
LEAST_SHARE = 0.5

Units = Mapping[str, int]
"""Units by `team|kind`, such as `web|t3.medium`."""
NO_UNITS: Units = MappingProxyType({})


class Tick(NamedTuple):
    """What one tick saw.

    Attributes:
        asleep: Whether a sleep is planned now, and nobody has paused it.
        since: When the planned sleep began, as text: it names the sleep.
        off: Units off.
        planned: Units that should be off.
    """

    asleep: bool
    since: str
    off: Units
    planned: Units


class Month(NamedTuple):
    """A month: unit seconds saved and planned by `team|kind`, and how many wakes there were."""

    name: str
    saved: Units = NO_UNITS
    planned: Units = NO_UNITS
    wakes: int = 0


class Night(NamedTuple):
    """The present sleep, or the last one: what names it, how long it was watched, and its unit seconds."""

    since: str = ""
    seconds: int = 0
    saved: int = 0
    planned: int = 0


class Ledger(NamedTuple):
    """All that is kept.

    Attributes:
        month: The month that is being counted; None before the first sleep.
        last: The month before it; None until one is over.
        night: The sleep that is being judged.
        at: When the last tick looked, as text; empty before the first sleep.
        asleep: Whether a sleep was planned then.
        off: Units that were off then.
        should: Units that should have been off then.
    """

    month: Month | None = None
    last: Month | None = None
    night: Night = Night()
    at: str = ""
    asleep: bool = False
    off: Units = NO_UNITS
    should: Units = NO_UNITS


def accrue(ledger: Ledger, tick: Tick, *, now: datetime, zone: ZoneInfo) -> Ledger | None:
    """Returns the ledger after a tick; None when there is nothing to write, as on a quiet day."""
    if not tick.asleep and not ledger.asleep:
        return None
    month, last = ledger.month or Month(""), ledger.last
    name = f"{now.astimezone(zone):%Y-%m}"
    if month.name != name:
        last = month if month.name else last
        month = Month(name)
    night = ledger.night
    if tick.asleep and night.since != tick.since:
        night = Night(since=tick.since)
    if ledger.asleep:
        passed = min(now - read_instant(ledger.at), LONGEST)
        seconds = max(0, int(passed.total_seconds()))
        saved = _off_at_both(ledger.off, tick.off)
        month = month._replace(
            saved=_added(month.saved, saved, seconds),
            planned=_added(month.planned, ledger.should, seconds),
            wakes=month.wakes + (not tick.asleep),
        )
        night = night._replace(
            seconds=night.seconds + seconds,
            saved=night.saved + seconds * sum(saved.values()),
            planned=night.planned + seconds * sum(ledger.should.values()),
        )
    should = dict(tick.planned) if tick.asleep else {}
    return Ledger(month, last, night, now.isoformat(), tick.asleep, dict(tick.off), should)


def is_unsaved(night: Night) -> bool:
    """Tells whether a sleep that was planned, and has lasted long enough, saves less than half of it."""
    judged = night.seconds >= JUDGED_AFTER.total_seconds() and night.planned > 0
    return judged and night.saved < LEAST_SHARE * night.planned


def read_ledger(values: Mapping[str, Any]) -> Ledger:
    """Reads a ledger from its note; an empty one when nothing was ever written."""
    return Ledger(
        month=_read_month(values),
        last=_read_month(values.get("last") or {}),
        night=Night(**(values.get("night") or {})),
        at=values.get("at", ""),
        asleep=bool(values.get("asleep")),
        off=values.get("off") or {},
        should=values.get("should") or {},
    )


def ledger_values(ledger: Ledger) -> dict[str, object]:
    """Returns a ledger as plain values."""
    return {
        **_month_values(ledger.month),
        "last": _month_values(ledger.last) if ledger.last else None,
        "night": ledger.night._asdict(),
        "at": ledger.at,
        "asleep": ledger.asleep,
        "off": dict(ledger.off),
        "should": dict(ledger.should),
    }


def _read_month(values: Mapping[str, Any]) -> Month | None:
    if not values.get("month"):
        return None
    return Month(
        values["month"], values.get("saved") or {}, values.get("planned") or {}, values.get("wakes", 0)
    )


def _month_values(month: Month | None) -> dict[str, object]:
    if month is None:
        return {}
    return {
        "month": month.name,
        "saved": dict(month.saved),
        "planned": dict(month.planned),
        "wakes": month.wakes,
    }


def _off_at_both(before: Units, now: Units) -> dict[str, int]:
    return {key: min(before[key], now[key]) for key in before if key in now}


def _added(totals: Units, units: Units, seconds: int) -> dict[str, int]:
    added = dict(totals)
    for key, count in units.items():
        if count * seconds:
            added[key] = added.get(key, 0) + count * seconds
    return added
