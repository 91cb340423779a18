"""Reads a schedule document, version 1: all of its faults at once, or a document that can be trusted."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from functions.core.reading.faults import Faults
from functions.core.reading.strict_json import read_json
from functions.core.reading.table import Table
from functions.night_scaling.schedule.model import Layers, ScheduleDocument
from functions.night_scaling.schedule.reading_dates import read_calendar, read_freeze
from functions.night_scaling.schedule.reading_targets import read_caps, read_protected, read_targets
from functions.night_scaling.schedule.reading_times import read_mode, read_window, read_zone
from functions.night_scaling.schedule.rules import check_rules

_KEYS = (
    "$schema",
    "version",
    "environment",
    "zone",
    "lead_minutes",
    "notice_minutes",
    "modes",
    "windows",
    "calendars",
    "freezes",
    "targets",
    "protected",
    "caps",
)


def parse_schedule(text: str | bytes) -> ScheduleDocument:
    """Reads a schedule document.

    The control plane, `toban schedule check` and the deployment all read by this one function.

    Args:
        text: JSON, in UTF-8 when given as bytes; at most 256 KiB.

    Raises:
        DocumentInvalid: the document breaks a rule; its `faults` name every place and what to write there.
    """
    faults = Faults()
    value = read_json(text, what="a schedule", examples="functions/night_scaling/schedules/")
    document = _read(Table(value, "$", faults, keys=_KEYS), faults)
    faults.refuse_if_any()
    check_rules(document, faults)
    faults.refuse_if_any()
    return document


def _read(table: Table, faults: Faults) -> ScheduleDocument:
    if not table.is_object:
        faults.refuse_if_any()
    table.text("$schema", "the address of the schema", default="")
    table.whole("version", 1, 1)
    zone = read_zone(table)
    modes = _read_modes(table, faults)

    def window(value: Any, path: str) -> Any:
        return read_window(value, path, faults, modes)

    def calendar(value: Any, path: str) -> Any:
        return read_calendar(value, path, faults, modes)

    def freeze(value: Any, path: str) -> Any:
        return read_freeze(value, path, faults, modes, zone)

    return ScheduleDocument(
        environment=table.name("environment"),
        zone=zone or ZoneInfo("UTC"),
        lead=timedelta(minutes=table.whole("lead_minutes", 0, 240, default=20)),
        notice=timedelta(minutes=table.whole("notice_minutes", 0, 240, default=15)),
        modes=modes,
        windows=tuple(each for each in table.items("windows", window, most=50) if each),
        calendars=tuple(each for each in table.items("calendars", calendar, most=20) if each),
        freezes=tuple(each for each in table.items("freezes", freeze, most=100) if each),
        targets=read_targets(table, faults),
        protected=read_protected(table, faults),
        caps=read_caps(table, faults),
    )


def _read_modes(table: Table, faults: Faults) -> dict[str, Layers]:
    raw = table.raw("modes")
    if not isinstance(raw, dict) or not 1 <= len(raw) <= 10:  # noqa: PLR2004 - the bound stands in the sentence
        table.fault("modes", 'must be an object of 1 to 10 modes, such as {"night": {"nodegroups": 2, ...}}')
        return {}
    named = Table(raw, "$.modes", faults, keys=raw.keys())
    return {name: read_mode(name, raw[name], named, faults) for name in raw}
