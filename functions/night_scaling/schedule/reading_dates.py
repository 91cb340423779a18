"""Reads the parts of a schedule document that speak of dates: calendars and freezes."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from functions.core.reading.faults import Faults, shown
from functions.core.reading.instant import FIRST_YEAR, LAST_YEAR
from functions.core.reading.table import Table
from functions.core.time_windows import DAY_MINUTES, instant_of
from functions.night_scaling.schedule.model import AWAKE, Calendar, Freeze, Layers
from functions.night_scaling.schedule.reading_times import read_minute

if TYPE_CHECKING:
    from collections.abc import Mapping

_LONGEST_FREEZE = timedelta(days=366)
_DATE = r"\d{4}-\d\d-\d\d"
_COUNTRY = r"[A-Z]{2}"
_SUBDIVISION = r"[A-Z0-9]{1,6}"


def read_calendar(value: Any, path: str, faults: Faults, modes: Mapping[str, Layers]) -> Calendar | None:
    """Reads a calendar; None when it cannot be understood."""
    keys = ("name", "mode", "dates", "begin", "end", "years", "country", "subdivision")
    table = Table(value, path, faults, keys=keys)
    before = len(faults)
    name = table.name("name")
    mode = table.choice("mode", (*modes, AWAKE))
    dates = _dates(table, faults)
    begin = read_minute(table, "begin", latest="23:59") if table.has("begin") else 0
    end = read_minute(table, "end", latest="24:00") if table.has("end") else DAY_MINUTES
    years = table.items("years", lambda year, at: _year(year, at, faults), most=50)
    country = table.text("country", "two capital letters, such as JP", pattern=_COUNTRY, default="") or None
    subdivision = table.text("subdivision", "a code such as 13", pattern=_SUBDIVISION, default="") or None
    if begin >= end:
        table.fault("end", 'must come after "begin" on the same day; "24:00" ends it')
    if country and not years:
        table.fault(
            "years", "is missing; name the years for which the holidays are listed, such as [2027, 2028]"
        )
    if subdivision and not country:
        table.fault("country", "is missing; a subdivision is part of a country")
    for day in dates:
        if years and day.year not in years:
            table.fault(
                "dates", f'{day} lies outside "years"; add {day.year} there once all of its dates are listed'
            )
    for year in sorted(set(years)):
        if country and not any(day.year == year for day in dates):
            table.fault("dates", f"lists no holiday of {year}; run `toban schedule holidays` to fill it in")
    if len(faults) > before:
        return None
    joins = mode != AWAKE and not table.has("begin") and not table.has("end")
    return Calendar(
        name, mode, MappingProxyType(dates), begin, end, joins, tuple(sorted(years)), country, subdivision
    )


def _dates(table: Table, faults: Faults) -> dict[date, str]:
    raw = table.raw("dates")
    if not isinstance(raw, dict) or not 1 <= len(raw) <= 1000:  # noqa: PLR2004 - the bound stands in the sentence
        table.fault(
            "dates", 'must be an object of 1 to 1,000 dates, such as {"2027-01-11": "Coming of Age Day"}'
        )
        return {}
    labelled = Table(raw, table.at("dates"), faults, keys=raw.keys())
    found = {}
    for key in raw:
        labelled.text(key, "a short text that says why")
        try:
            found[_real_date(key)] = str(raw[key])
        except ValueError as error:
            labelled.fault(key, str(error))
    return dict(sorted(found.items()))


def _real_date(text: str) -> date:
    if not re.fullmatch(_DATE, text, re.ASCII):
        raise ValueError("is no date; write it as 2027-01-31")
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise ValueError("is a day that does not exist") from error
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(f"lies outside {FIRST_YEAR} to {LAST_YEAR}; is the year right?")
    return day


def _year(value: Any, path: str, faults: Faults) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and FIRST_YEAR <= value <= LAST_YEAR:
        return value
    faults.add(path, f"must be a year from {FIRST_YEAR} to {LAST_YEAR}, not {shown(value)}")
    return FIRST_YEAR


def read_freeze(
    value: Any, path: str, faults: Faults, modes: Mapping[str, Layers], zone: ZoneInfo | None
) -> Freeze | None:
    """Reads a freeze, in days (both included) or instants (end excluded).

    None when it cannot be understood.
    """
    keys = ("name", "mode", "reason", "first_day", "last_day", "begin", "end")
    table = Table(value, path, faults, keys=keys)
    before = len(faults)
    name = table.name("name")
    mode = table.choice("mode", (*modes, AWAKE))
    reason = table.text("reason", "a short text that says why")
    in_days = table.has("first_day") or table.has("last_day")
    if in_days == (table.has("begin") or table.has("end")):
        faults.add(
            path,
            'needs either "first_day" and "last_day" (both included) or "begin" and "end" (end excluded)',
        )
        return None
    zone = zone or ZoneInfo("UTC")
    first, last = ("first_day", "last_day") if in_days else ("begin", "end")
    read = _midnight if in_days else _instant
    begin, end = read(table, first, zone), read(table, last, zone)
    if begin and end and in_days:
        end = instant_of(end.astimezone(zone).replace(tzinfo=None) + timedelta(days=1), zone)
    if begin and end and begin >= end:
        table.fault(last, f'must come after "{first}"')
    elif begin and end and end - begin > _LONGEST_FREEZE:
        table.fault(last, "makes the freeze longer than 366 days; is the year right?")
    return Freeze(name, mode, reason, begin, end) if begin and end and len(faults) == before else None


def _midnight(table: Table, key: str, zone: ZoneInfo) -> datetime | None:
    text = table.text(key, "a date such as 2027-12-29")
    try:
        return instant_of(datetime.combine(_real_date(text), datetime.min.time()), zone) if text else None
    except ValueError as error:
        table.fault(key, str(error))
        return None


def _instant(table: Table, key: str, zone: ZoneInfo) -> datetime | None:
    text = table.text(key, "an instant such as 2027-12-29T22:00")
    try:
        _real_date(text[:10])
        if "T" not in text:
            raise ValueError  # noqa: TRY301 - one sentence serves every way of being no instant
        found = datetime.fromisoformat(text)
    except ValueError:
        if text:
            table.fault(
                key,
                f"must be an instant such as 2027-12-29T22:00 or 2027-12-29T22:00+09:00, not {shown(text)}",
            )
        return None
    return instant_of(found, zone) if found.tzinfo is None else found.astimezone(UTC)
