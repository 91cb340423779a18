"""Draws a year of a schedule: twelve rows of days, marked by what holds at noon, and the money beneath."""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta
from pathlib import Path

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from functions.night_scaling.schedule.desired import Desired, desired
from functions.night_scaling.schedule.model import AWAKE, ScheduleDocument
from toban.schedules.money import floor, prices, savings
from toban.schedules.year import Stretch, clock_changes_on, noon, stretches

_COLOURS = ("blue", "magenta", "cyan", "green", "red")


def draw(document: ScheduleDocument, year: int) -> RenderableType:
    """Draws the year, its hours and its money."""
    found = stretches(document, year)
    return Group(
        _calendar(document, year, found),
        _legend(document),
        Text(),
        _hours(document, found),
        Text(),
        _money(document, found),
    )


def _calendar(document: ScheduleDocument, year: int, found: list[Stretch]) -> Table:
    table = Table(
        title=f"{document.environment} {year}, {document.zone.key}", title_justify="left", padding=(0, 0)
    )
    table.add_column("month")
    table.add_column("".join(str(day % 10) for day in range(1, 32)))
    table.add_column("hours asleep", justify="right")
    for month in range(1, 13):
        days = [date(year, month, day) for day in range(1, calendar.monthrange(year, month)[1] + 1)]
        row = Text()
        for day in days:
            row.append_text(_cell(document, day))
        after = days[-1] + timedelta(days=1)
        asleep = sum(
            _overlap(stretch, document, days[0], after) for stretch in found if stretch.mode != AWAKE
        )
        table.add_row(calendar.month_abbr[month], row, f"{asleep:,.0f}")
    return table


def _cell(document: ScheduleDocument, day: date) -> Text:
    state = desired(document, now=noon(day, document.zone))
    if clock_changes_on(day, document.zone):
        return Text("±", style=f"bold yellow on {_colour(document, state)}")
    if state.mode == AWAKE:
        return Text("·" if not state.reason.startswith(("freeze", "calendar")) else "A", style="dim")
    mark = {"calendar": "H", "freeze": "F"}.get(state.reason.split(" ")[0], state.mode[0].upper())
    return Text(mark, style=f"white on {_colour(document, state)}")


def _colour(document: ScheduleDocument, state: Desired) -> str:
    if state.mode == AWAKE:
        return "black"
    return _COLOURS[list(document.modes).index(state.mode) % len(_COLOURS)]


def _overlap(stretch: Stretch, document: ScheduleDocument, first: date, after: date) -> float:
    half_day = timedelta(hours=12)
    begin, end = noon(first, document.zone) - half_day, noon(after, document.zone) - half_day
    return max(0.0, (min(stretch.end, end) - max(stretch.begin, begin)) / timedelta(hours=1))


def _legend(document: ScheduleDocument) -> Text:
    modes = ", ".join(f"{mode[0].upper()} {mode}" for mode in document.modes)
    return Text(
        f"at noon: · awake, {modes}, H day off, F freeze, "
        "A kept awake by a calendar or freeze, ± clocks change"
    )


def _hours(document: ScheduleDocument, found: list[Stretch]) -> Table:
    table = Table(title="hours of the year", title_justify="left")
    for heading in ("state", "nodes per group", "workloads", "database"):
        table.add_column(heading)
    table.add_column("hours", justify="right")
    table.add_column("stretches", justify="right")
    for mode, layers in document.layers.items():
        same = [stretch for stretch in found if stretch.mode == mode]
        nodes = "as by day" if layers.nodegroups is None else str(layers.nodegroups)
        total = f"{sum(stretch.hours for stretch in same):,.1f}"
        table.add_row(mode, nodes, layers.workloads, layers.database, total, str(len(same)))
    return table


def _money(document: ScheduleDocument, found: list[Stretch]) -> RenderableType:
    table = Table(title=f"money, {prices()['region']}, on demand, USD", title_justify="left")
    table.add_column("")
    table.add_column("instance hours saved", justify="right")
    table.add_column("USD a year", justify="right")
    saved, unknown = savings(document, found)
    for saving in saved:
        table.add_row(saving.what, f"{saving.hours:,.0f}", f"{saving.usd:,.2f}")
    table.add_row("saved", "", f"{sum(saving.usd for saving in saved):,.2f}", style="bold", end_section=True)
    never = floor(sum(stretch.hours for stretch in found))
    for cost in never:
        table.add_row(cost.what, "never sleeps", f"{cost.usd:,.2f}", style="dim")
    table.add_row("the floor that never sleeps", "", f"{sum(cost.usd for cost in never):,.2f}", style="bold")
    notes = [f"no price is known for {what}: it is not counted" for what in unknown]
    notes.append(prices()["caution"])
    return Group(table, *(Text(note, style="dim") for note in notes))


def save(document: ScheduleDocument, year: int, path: Path) -> None:
    """Writes the drawing as one self-contained file, SVG or HTML by its name."""
    with Path("/dev/null").open("w", encoding="utf-8") as nowhere:
        console = Console(record=True, width=100, file=nowhere, force_terminal=True)
        console.print(draw(document, year))
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".svg":
        text = re.sub(r"@font-face\s*{[^}]*}", "", console.export_svg(title=f"{document.environment} {year}"))
    else:
        text = console.export_html()
    path.write_text(text, encoding="utf-8")
