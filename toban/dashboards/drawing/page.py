"""Draws a whole board: its title and time, and each panel where Grafana's grid puts it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

from toban.dashboards.drawing import svg
from toban.dashboards.drawing.reading import Ask, lines_of, refuse_unknown
from toban.dashboards.drawing.scales import Box
from toban.dashboards.drawing.spans import spans
from toban.dashboards.drawing.stat import stat
from toban.dashboards.drawing.timeseries import timeseries

if TYPE_CHECKING:
    from datetime import datetime, timedelta

WIDTH = 1280
_MARGIN, _GAP, _HEAD = 14, 8, 52
_COLUMNS, _ROW_HEIGHT = 24, 36
_TITLE = 32
KNOWN = ("timeseries", "stat", "state-timeline")
"""The types of panel that are drawn."""
_FONT = "Inter, 'Helvetica Neue', Helvetica, Arial, sans-serif"


def draw(board: dict[str, Any], ask: Ask, *, begin: datetime, end: datetime, step: timedelta) -> str:
    """Returns a board as SVG.

    Args:
        board: its JSON, as Grafana reads it.
        ask: answers a query from `begin` to `end` by `step`.
        begin: the left edge of each panel, aware.
        end: its right edge.
        step: between two points.

    Raises:
        NotDrawnError: a panel is of a type, or sets something, that is not drawn.
    """
    zone = ZoneInfo(board["timezone"])
    for panel in board["panels"]:
        refuse_unknown(board["title"], panel, KNOWN)
    height = _HEAD + _MARGIN + max(_box(panel).bottom for panel in board["panels"]) - _HEAD
    parts = [
        svg.rectangle(0, 0, WIDTH, height, fill=svg.PAGE),
        svg.text(board["title"], _MARGIN + 2, 34, size=20, fill=svg.TEXT, weight=600),
        svg.text(_span(begin, end, zone), WIDTH - _MARGIN - 2, 33, anchor="end", size=12.5),
    ]
    for panel in board["panels"]:
        parts += _panel(panel, ask, (begin.timestamp(), end.timestamp()), step.total_seconds(), zone)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:g}" width="{WIDTH}" '
        f'height="{height:g}" font-family="{_FONT}" role="img">\n<title>{escape(board["title"])}</title>\n'
        + "\n".join(parts)
        + "\n</svg>\n"
    )


def _panel(
    panel: dict[str, Any], ask: Ask, span: tuple[float, float], step: float, zone: ZoneInfo
) -> list[str]:
    outer = _box(panel)
    inner = Box(outer.x + 10, outer.y + _TITLE, outer.width - 20, outer.height - _TITLE - 10)
    lines = lines_of(panel, ask)
    if panel["type"] == "stat":
        inside = stat(panel, lines, inner, span=span, step=step)
    else:
        form = spans if panel["type"] == "state-timeline" else timeseries
        inside = form(panel, lines, inner, span=span, step=step, zone=zone)
    frame = svg.rectangle(
        outer.x, outer.y, outer.width, outer.height, fill=svg.PANEL, edge=svg.EDGE, round_=3
    )
    title = svg.text(panel["title"], outer.x + 12, outer.y + 21, size=13, fill=svg.TEXT, weight=600)
    return [frame, title, *inside]


def _box(panel: dict[str, Any]) -> Box:
    grid = panel["gridPos"]
    column = (WIDTH - 2 * _MARGIN + _GAP) / _COLUMNS
    return Box(
        round(_MARGIN + grid["x"] * column, 1),
        _HEAD + grid["y"] * _ROW_HEIGHT,
        round(grid["w"] * column - _GAP, 1),
        grid["h"] * _ROW_HEIGHT - _GAP,
    )


def _span(begin: datetime, end: datetime, zone: ZoneInfo) -> str:
    first, last = begin.astimezone(zone), end.astimezone(zone)
    return f"{_said(first)} to {_said(last)} {last.year}, {zone.key}"


def _said(at: datetime) -> str:
    return f"{at:%a} {at.day} {at:%b %H:%M}"
