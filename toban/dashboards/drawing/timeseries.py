"""Draws lines over time: grid, axes with units, thresholds, and a legend with its figures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toban.dashboards.drawing import svg
from toban.dashboards.drawing.grids import days, grid
from toban.dashboards.drawing.scales import Axes, Box, bounds, scaled
from toban.dashboards.drawing.units import written

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from zoneinfo import ZoneInfo

    from toban.dashboards.drawing.reading import Line

_LEFT, _BELOW = 58, 20
_ROW = 16
_FEW, _MOST = 4, 5
"""Rows of a legend; when there are more lines, the last row says how many."""
_CALCS: dict[str, tuple[str, Callable[[list[float]], float]]] = {
    "min": ("Min", min),
    "max": ("Max", max),
    "lastNotNull": ("Last", lambda values: values[-1]),
}
_CALC_ROOM = 74


def timeseries(
    panel: dict[str, Any],
    lines: list[Line],
    box: Box,
    *,
    span: tuple[float, float],
    step: float,
    zone: ZoneInfo,
) -> list[str]:
    """Draws a panel's inside.

    Args:
        panel: its JSON.
        lines: what Prometheus answered.
        box: where.
        span: first and last second of the picture, since 1970.
        step: seconds between two points; a longer gap is left open.
        zone: whose days are marked.
    """
    defaults = panel["fieldConfig"]["defaults"]
    unit, custom = defaults.get("unit", "short"), defaults.get("custom", {})
    legend_rows = _legend_rows(len(lines))
    plot = Box(box.x + _LEFT, box.y, box.width - _LEFT, box.height - _BELOW - (legend_rows + 1) * _ROW - 6)
    values = [value for line in lines for _, value in line.points]
    axes = _axes(plot, span, values, custom)
    parts = [*grid(axes, unit), *days(axes, zone)]
    for place, line in enumerate(lines):
        parts += _line(line, axes, _colour(place), step, custom)
    parts += _thresholds(defaults, axes)
    return [*parts, *_legend(panel, lines, box, plot.bottom + _BELOW + _ROW, unit)]


def _axes(plot: Box, span: tuple[float, float], values: list[float], custom: dict[str, Any]) -> Axes:
    logarithmic = custom.get("scaleDistribution", {}).get("type") == "symlog"
    soft_min, soft_max = (
        None if soft is None else scaled(soft, logarithmic=logarithmic)
        for soft in (custom.get("axisSoftMin"), custom.get("axisSoftMax"))
    )
    low, high = bounds(
        [scaled(value, logarithmic=logarithmic) for value in values], soft_min=soft_min, soft_max=soft_max
    )
    return Axes(plot, *span, low, high, logarithmic)


def path(points: Iterable[tuple[float, float]], axes: Axes, step: float) -> str:
    """Writes a line's path: open where points are missing, without those on a straight line."""
    pieces: list[list[tuple[float, float]]] = []
    last = None
    for at, value in points:
        if last is None or at - last > step * 1.5:
            pieces.append([])
        pieces[-1].append((axes.x(at), axes.y(value)))
        last = at
    return "".join("M" + "L".join(f"{x:g} {y:g}" for x, y in _bends(piece)) for piece in pieces)


def _bends(piece: list[tuple[float, float]]) -> list[tuple[float, float]]:
    flat = [
        piece[at - 1][1] == piece[at][1] == piece[at + 1][1] if 0 < at < len(piece) - 1 else False
        for at in range(len(piece))
    ]
    kept = [point for point, is_flat in zip(piece, flat, strict=True) if not is_flat]
    # One point alone is drawn as a dot a pixel wide.
    return kept if len(kept) > 1 else [*kept, (kept[0][0] + 1, kept[0][1])]


def _line(line: Line, axes: Axes, colour: str, step: float, custom: dict[str, Any]) -> list[str]:
    drawn = path(line.points, axes, step)
    parts = []
    opacity = custom.get("fillOpacity", 0) / 100
    if opacity:
        floor = axes.y(0) if axes.low <= 0 <= axes.high else axes.box.bottom
        for piece in drawn.split("M")[1:]:
            first, end = piece.split("L")[0].split()[0], piece.split("L")[-1].split()[0]
            closed = f"M{piece}L{end} {floor:g}L{first} {floor:g}Z"
            parts.append(svg.element("path", d=closed, fill=colour, fill_opacity=f"{opacity:g}"))
    stroke = {"stroke": colour, "stroke_width": custom.get("lineWidth", 1) * 1.25, "stroke_linejoin": "round"}
    return [*parts, svg.element("path", d=drawn, fill="none", **stroke)]


def _thresholds(defaults: dict[str, Any], axes: Axes) -> list[str]:
    if defaults.get("custom", {}).get("thresholdsStyle", {}).get("mode") != "dashed":
        return []
    steps = defaults["thresholds"]["steps"]
    return [
        svg.line(
            axes.box.x, axes.y(step["value"]), axes.box.right, axes.y(step["value"]), colour=bad, dashed=True
        )
        for step in steps
        if step["value"] is not None
        and axes.low <= scaled(step["value"], logarithmic=axes.logarithmic) <= axes.high
        for bad in [svg.COLOURS["red"]]
    ]


def _legend_rows(lines: int) -> int:
    return lines if lines <= _MOST else _FEW + 1


def _legend(panel: dict[str, Any], lines: list[Line], box: Box, y: float, unit: str) -> list[str]:
    calcs = [_CALCS[name] for name in panel["options"]["legend"]["calcs"]]
    columns = [box.right - 6 - _CALC_ROOM * (len(calcs) - 1 - place) for place in range(len(calcs))]
    parts = [
        svg.text(head, x, y, anchor="end", size=10.5) for (head, _), x in zip(calcs, columns, strict=True)
    ]
    ordered = _ordered(panel, lines)
    shown = ordered if len(lines) <= _MOST else ordered[:_FEW]
    room = columns[0] - _CALC_ROOM + 20 - box.x
    for place, line in shown:
        y += _ROW
        parts.append(svg.rectangle(box.x + 8, y - 5, 12, 3, fill=_colour(place), round_=1))
        parts.append(svg.text(svg.shortened(line.name, room), box.x + 26, y, fill=svg.TEXT))
        values = [value for _, value in line.points]
        for (_, calc), x in zip(calcs, columns, strict=True):
            parts.append(svg.text(written(calc(values), unit), x, y, fill=svg.TEXT, anchor="end"))
    if len(shown) < len(lines):
        parts.append(svg.text(f"and {len(lines) - len(shown)} more", box.x + 26, y + _ROW))
    if not lines:
        parts.append(
            svg.text("no data", box.x + box.width / 2, box.y + box.height / 2, anchor="middle", size=14)
        )
    return parts


def _ordered(panel: dict[str, Any], lines: list[Line]) -> list[tuple[int, Line]]:
    """Returns the lines as the legend lists them, each with its place among the colours."""
    numbered = list(enumerate(lines))
    legend = panel["options"]["legend"]
    by = dict(_CALCS.values()).get(legend.get("sortBy", ""))
    if by is None:
        return numbered
    return sorted(
        numbered,
        key=lambda numbered: by([value for _, value in numbered[1].points]),
        reverse=legend.get("sortDesc", False),
    )


def _colour(place: int) -> str:
    return svg.PALETTE[place % len(svg.PALETTE)]
