"""Reads when an experiment may run: within the policy's hours, or narrower."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.core.reading.faults import listed
from functions.core.reading.table import Table
from functions.core.time_windows import WEEKDAYS, WeeklyWindow, clock_text, minute_of_day

if TYPE_CHECKING:
    from functions.chaos.policy.numbers import Numbers
    from functions.core.reading.faults import Faults

WORKING_DAYS = WEEKDAYS[:5]


def read_window(table: Table, faults: Faults, numbers: Numbers) -> tuple[WeeklyWindow, str]:
    """Reads the window of a document, and the name of its zone."""
    usual = WeeklyWindow(frozenset(range(5)), numbers.window_begin_hour * 60, numbers.window_end_hour * 60)
    inner = Table(table.raw("window"), "$.window", faults, keys=("zone", "days", "begin", "end"))
    if not inner.is_object:
        return usual, ""
    zone = inner.text("zone", "an IANA zone, such as Asia/Tokyo")
    days = [
        _day(value, path, faults) for value, path in inner.items("days", lambda *item: item, most=5, least=1)
    ]
    if len(set(days)) < len(days):
        inner.fault("days", "names a day twice; keep one of them")
    begin, end = _minute(inner, "begin"), _minute(inner, "end")
    if begin is None or end is None:
        return usual, zone
    if not usual.begin <= begin < end <= usual.end:
        hours = f"{clock_text(usual.begin)} to {clock_text(usual.end)}"
        inner.fault("begin", f"a window lies within {hours} and begins before it ends")
    return WeeklyWindow(frozenset(days), begin, end), zone


def _day(value: Any, path: str, faults: Faults) -> int:
    if isinstance(value, str) and value in WORKING_DAYS:
        return WEEKDAYS.index(value)
    weekend = ": nobody experiments at the weekend" if value in WEEKDAYS[5:] else ""
    faults.add(path, f"must be {listed(WORKING_DAYS)}{weekend}")
    return 0


def _minute(table: Table, key: str) -> int | None:
    text = table.text(key, 'a time such as "10:00"')
    try:
        return minute_of_day(text) if text else None
    except ValueError:
        table.fault(key, 'must be a time such as "10:00", two digits each')
        return None
