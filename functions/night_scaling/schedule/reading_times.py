"""Reads the parts of a schedule document that speak of time: zone, modes, weekly windows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from functions.core.reading.faults import Faults, listed, meant, shown
from functions.core.reading.table import Table
from functions.core.time_windows import WEEKDAYS, WeeklyWindow, minute_of_day
from functions.night_scaling.schedule.model import AWAKE, Database, Layers, Window, Workloads

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_NODES: Final = 450
"""Nodes per managed node group: the service quota of Amazon EKS."""


def read_zone(table: Table) -> ZoneInfo | None:
    """Reads the IANA zone.

    Names without a place, such as EST or IST, are refused because they mean several things.
    """
    name = table.text("zone", 'an IANA zone such as "Asia/Tokyo"')
    try:
        if name == "UTC" or "/" in name:
            return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        pass
    if name:
        places = [zone for zone in available_timezones() if "/" in zone]
        table.fault(
            "zone",
            f"{shown(name)} is no IANA zone; {meant(name, [*places, 'UTC']) if '/' in name else _place()}",
        )
    return None


def _place() -> str:
    return 'write a place, such as "Asia/Tokyo", or "UTC"'


def read_mode(name: str, value: Any, modes: Table, faults: Faults) -> Layers:
    """Reads what a sleeping mode asks of each layer."""
    if name == AWAKE:
        modes.fault(name, "is reserved for everything running as usual; choose another name")
    elif not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,39}", name, re.ASCII):
        modes.fault(name, "a mode's name has small letters, digits and hyphens, at most 40")
    table = Table(value, modes.at(name), faults, keys=("nodegroups", "workloads", "database"))
    nodes = None
    if table.raw("nodegroups") is not None:
        nodes = table.whole("nodegroups", 0, MOST_NODES)
    workloads = table.choice("workloads", ("running", "reduced", "stopped"), default="running")
    database = table.choice("database", ("running", "stopped"), default="running")
    if nodes == 0 and workloads != "stopped":
        table.fault("workloads", 'must be "stopped" where "nodegroups" is 0: without nodes nothing runs')
    return Layers(nodes, cast("Workloads", workloads), cast("Database", database))


def read_window(value: Any, path: str, faults: Faults, modes: Mapping[str, Layers]) -> Window | None:
    """Reads a weekly window; None when it cannot be understood."""
    table = Table(value, path, faults, keys=("name", "mode", "days", "begin", "end", "end_day"))
    before = len(faults)
    name = table.name("name")
    mode = table.choice("mode", tuple(modes))
    days = table.items("days", lambda day, at: _weekday(day, at, faults), most=7, least=1)
    begin = read_minute(table, "begin", latest="23:59")
    end = read_minute(table, "end", latest="24:00")
    end_day = _weekday(table.raw("end_day"), table.at("end_day"), faults) if table.has("end_day") else None
    if len(set(days)) < len(days):
        table.fault("days", "names a day twice; keep one of them")
    if begin == end and (end_day is None or end_day in days):
        table.fault("end", 'equals "begin"; for a whole day write "00:00" to "24:00"')
    if len(faults) > before:
        return None
    return Window(name, mode, WeeklyWindow(frozenset(days), begin, end, end_day))


def _weekday(value: Any, path: str, faults: Faults) -> int:
    if isinstance(value, str) and value in WEEKDAYS:
        return WEEKDAYS.index(value)
    faults.add(path, f"must be {listed(WEEKDAYS)}, not {shown(value)}")
    return 0


def read_minute(table: Table, key: str, *, latest: str) -> int:
    """Reads a wall-clock time as minutes since midnight; 0 when it cannot be understood."""
    text = table.text(key, f'a time from "00:00" to "{latest}"')
    try:
        minute = minute_of_day(text)
    except ValueError:
        if text:
            table.fault(key, f'must be a time from "00:00" to "{latest}", two digits each, not {shown(text)}')
        return 0
    if minute > minute_of_day(latest):
        table.fault(key, 'a day begins at "00:00" of the next day, not at "24:00"')
    return minute
