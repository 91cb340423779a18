"""The ledger: stopped hours as they were observed, month by month; what was planned beside them, and who saved them.

Each tick adds the time since the last one, for what was off at both: less than the truth when ticks were lost, never
more. A wake's running-up is thereby paid for: from the moment it begins, nothing is counted as stopped.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

NOTE = "ledger"
LONGEST = timedelta(minutes=20)
"""The longest stretch that one tick vouches for: two ticks. What a lost one would have seen, nobody knows."""
JUDGED_AFTER = timedelta(hours=1)
"""How long a sleep lasts before its saving is judged: longer than a drain with all its patience."""
LEAST_SHARE = 0.5


class Tick(NamedTuple):
    """What one tick saw.

    Attributes:
        asleep: Whether a sleep is planned now, and nobody has paused it.
        since: When the planned sleep began, as text: it names the sleep.
        off: Units off by `team|kind`, such as `web|t3.medium`.
        planned: Units that should be off, likewise.
    """

    asleep: bool
    since: str
    off: Mapping[str, int]
    planned: Mapping[str, int]


def accrued(values: Mapping[str, Any], tick: Tick, *, now: datetime, zone: ZoneInfo) -> dict[str, Any] | None:
    """Returns the ledger after a tick; None when there is nothing to write, as on a quiet day.

    A month that is over stands under `last` from then on, for the report.
    """
    if not tick.asleep and not values.get("asleep"):
        return None
    month = f"{now.astimezone(zone):%Y-%m}"
    ledger: dict[str, Any] = {**values}
    if ledger.get("month") not in (None, month):
        ledger["last"] = {name: ledger.get(name) for name in ("month", "saved", "planned", "wakes")}
        ledger |= {"saved": {}, "planned": {}, "wakes": 0}
    ledger["month"] = month
    night = dict(ledger.get("night") or {})
    if tick.asleep and night.get("since") != tick.since:
        night = {"since": tick.since, "seconds": 0, "saved": 0, "planned": 0}
    if values.get("asleep"):
        passed = min(now - datetime.fromisoformat(values["at"]), LONGEST)
        seconds = max(0, int(passed.total_seconds()))
        saved = _both(values.get("off") or {}, tick.off)
        planned = values.get("should") or {}
        ledger["saved"] = _added(ledger.get("saved") or {}, saved, seconds)
        ledger["planned"] = _added(ledger.get("planned") or {}, planned, seconds)
        night = {
            **night,
            "seconds": night.get("seconds", 0) + seconds,
            "saved": night.get("saved", 0) + seconds * sum(saved.values()),
            "planned": night.get("planned", 0) + seconds * sum(planned.values()),
        }
        if not tick.asleep:
            ledger["wakes"] = ledger.get("wakes", 0) + 1
    ledger |= {
        "night": night,
        "at": now.isoformat(),
        "asleep": tick.asleep,
        "off": dict(tick.off),
        "should": dict(tick.planned) if tick.asleep else {},
    }
    return ledger


def unsaved(values: Mapping[str, Any]) -> str | None:
    """Returns what to tell when a sleep that was planned saves less than half of it; None when all is well."""
    night = values.get("night") or {}
    planned, saved = night.get("planned", 0), night.get("saved", 0)
    if (
        night.get("seconds", 0) < JUDGED_AFTER.total_seconds()
        or not planned
        or saved >= LEAST_SHARE * planned
    ):
        return None
    return (
        f"since {night['since']} {planned / 3600:.1f} instance hours were to be off, and {saved / 3600:.1f} were; "
        "the sleep looks done or in progress, and does not save"
    )


def _both(before: Mapping[str, int], now: Mapping[str, int]) -> dict[str, int]:
    return {key: min(before[key], now[key]) for key in before if key in now}


def _added(totals: Mapping[str, int], units: Mapping[str, int], seconds: int) -> dict[str, int]:
    added = dict(totals)
    for key, count in units.items():
        if count * seconds:
            added[key] = added.get(key, 0) + count * seconds
    return added
