"""Whether a schedule's calendars still cover the year: a calendar that ran out is empty without saying so."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from functions.night_scaling.schedule.model import ScheduleDocument

WARNING: Final = timedelta(days=60)
"""How long before a calendar runs out its owners hear of it: two months' notice for an edit of five
minutes."""


def coverage_problems(document: ScheduleDocument, *, now: datetime) -> tuple[str, ...]:
    """Lists, one sentence each, the calendars that do not cover the present year; every one is worth a page.

    In an uncovered year a calendar claims nothing, so its days off stay awake, which is the safe side, and
    the windows go on. A calendar that names no years needs no cover.
    """
    today = now.astimezone(document.zone).date()
    return tuple(
        f'calendar "{calendar.name}" covers {_years(calendar.years)}, not {today.year}: '
        f"its days off do not sleep; add the dates of {today.year} and the year itself"
        for calendar in document.calendars
        if calendar.years and today.year not in calendar.years
    )


def coverage_warnings(document: ScheduleDocument, *, now: datetime) -> tuple[str, ...]:
    """Lists the calendars that cover this year and not the next, from 60 days before it, a sentence each."""
    today = now.astimezone(document.zone).date()
    next_year = (today + WARNING).year
    return tuple(
        f'calendar "{calendar.name}" ends with {calendar.years[-1]}: add the dates of {next_year} before '
        f"{date(next_year, 1, 1)}"
        for calendar in document.calendars
        if calendar.years and today.year in calendar.years and next_year not in calendar.years
    )


def _years(years: tuple[int, ...]) -> str:
    return str(years[0]) if len(years) == 1 else f"{years[0]} to {years[-1]}"
