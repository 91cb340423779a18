"""Draws what lies behind lines and spans: rules with their values, and the days."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from toban.dashboards.drawing import svg
from toban.dashboards.drawing.scales import Axes, decades, midnights, ticks

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo


def grid(axes: Axes, unit: str) -> list[str]:
    """Draws a rule for each round value, with the value beside it."""
    parts = []
    marks = decades(axes.low, axes.high) if axes.logarithmic else ticks(axes.low, axes.high, unit)
    for value, label in marks:
        y = axes.y(value)
        parts.append(svg.line(axes.box.x, y, axes.box.right, y, colour=svg.RULE))
        parts.append(svg.text(label, axes.box.x - 8, y + 4, anchor="end"))
    return parts


def days(axes: Axes, zone: ZoneInfo) -> list[str]:
    """Draws a rule for each local midnight, with the day below it."""
    begin, end = (datetime.fromtimestamp(at, zone) for at in (axes.begin, axes.end))
    parts = []
    for midnight in midnights(begin, end):
        x = axes.x(midnight.timestamp())
        parts.append(svg.line(x, axes.box.y, x, axes.box.bottom, colour=svg.RULE))
        parts.append(svg.text(f"{midnight:%a} {midnight.day}", x, axes.box.bottom + 15, anchor="middle"))
    return parts
