"""Draws one number, in the colour of the threshold that it reached, over the line by which it came there."""

from __future__ import annotations

from typing import Any

from toban.dashboards.drawing import svg
from toban.dashboards.drawing.reading import Line, threshold_reached
from toban.dashboards.drawing.scales import Axes, Box, bounds
from toban.dashboards.drawing.timeseries import path
from toban.dashboards.drawing.units import written

_SIZE = 40


def stat(
    panel: dict[str, Any], lines: list[Line], box: Box, *, span: tuple[float, float], step: float
) -> list[str]:
    """Draws a panel's inside; of several lines the first."""
    defaults = panel["fieldConfig"]["defaults"]
    middle = box.x + box.width / 2
    if not lines:
        return [svg.text("no data", middle, box.y + box.height / 2, anchor="middle", size=14)]
    values = [value for _, value in lines[0].points]
    colour = svg.COLOURS[threshold_reached(defaults, values[-1])]
    low, high = bounds(values, soft_min=None, soft_max=None)
    under = Box(box.x, box.y + box.height * 0.62, box.width, box.height * 0.38)
    drawn = path(lines[0].points, Axes(under, *span, low, high), step)
    parts = []
    for piece in drawn.split("M")[1:]:
        first, end = piece.split("L")[0].split()[0], piece.split("L")[-1].split()[0]
        area = f"M{piece}L{end} {under.bottom:g}L{first} {under.bottom:g}Z"
        parts.append(svg.element("path", d=area, fill=colour, fill_opacity="0.14"))
    parts.append(svg.element("path", d=drawn, fill="none", stroke=colour, stroke_width=1.25))
    number = written(values[-1], defaults.get("unit", "short"))
    y = box.y + box.height * 0.44
    return [*parts, svg.text(number, middle, y, size=_SIZE, fill=colour, anchor="middle", weight=600)]
