"""Draws the spans of time in which something was so: a row a line, in the colours of the thresholds."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from toban.dashboards.drawing import svg
from toban.dashboards.drawing.grids import days
from toban.dashboards.drawing.reading import Line, threshold_reached
from toban.dashboards.drawing.scales import Axes, Box

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

_LEFT, _BELOW = 210, 20
_ROW = 40
"""The most that a row takes."""
_LEAST = 2.0
"""Pixels that even a moment is wide."""


def spans(
    panel: dict[str, Any],
    lines: list[Line],
    box: Box,
    *,
    span: tuple[float, float],
    step: float,
    zone: ZoneInfo,
) -> list[str]:
    """Draws a panel's inside; a span lasts until the next point, or for a step where that is missing."""
    if not lines:
        return [svg.text("no data", box.x + box.width / 2, box.y + box.height / 2, anchor="middle", size=14)]
    defaults = panel["fieldConfig"]["defaults"]
    row = min((box.height - _BELOW) / len(lines), _ROW)
    plot = Box(box.x + _LEFT, box.y, box.width - _LEFT, row * len(lines))
    axes = Axes(plot, *span, 0, 1)
    thick = row * panel["options"]["rowHeight"]
    opacity = defaults.get("custom", {}).get("fillOpacity", 100) / 100
    parts = days(axes, zone)
    for place, line in enumerate(lines):
        y = box.y + row * place + (row - thick) / 2
        name = svg.shortened(line.name, _LEFT - 20)
        parts.append(svg.text(name, plot.x - 12, y + thick / 2 + 4, fill=svg.TEXT, anchor="end"))
        parts.append(svg.rectangle(plot.x, y, plot.width, thick, fill=svg.RULE, round_=2))
        bar = Box(plot.x, y, plot.width, thick)
        parts += [
            _bar(axes, bar, (begin, end), fill=colour, fill_opacity=f"{opacity:g}")
            for begin, end, colour in _runs(defaults, line, step)
            if colour != svg.COLOURS["transparent"]
        ]
    return parts


def _runs(defaults: dict[str, Any], line: Line, step: float) -> list[tuple[float, float, str]]:
    """Returns each stretch of one colour: its begin, its end and the colour."""
    number, last, marked = 0, None, []
    for at, value in line.points:
        number += last is not None and at - last > step * 1.5
        last = at
        marked.append((at, number, svg.COLOURS[threshold_reached(defaults, value)]))
    found = []
    for (_, colour), together in groupby(marked, lambda mark: mark[1:]):
        times = [at for at, _, _ in together]
        found.append((times[0], times[-1] + step, colour))
    return found


def _bar(axes: Axes, row: Box, span: tuple[float, float], **style: str) -> str:
    left, right = axes.x(span[0]), axes.x(min(span[1], axes.end))
    width, height = round(max(right - left, _LEAST), 1), round(row.height, 1)
    return svg.element("rect", x=left, y=row.y, width=width, height=height, rx=1, **style)
