"""Draws step charts as SVG text: planned bands behind, the observed quantity in front, days below.

The picture is text with no script and no outside resource, to stand in a page, a mail or the docs.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from zoneinfo import ZoneInfo

    from twin.report.story import Band, Series

WIDTH = 1000
HEIGHT = 170
LEFT, RIGHT, TOP, BOTTOM = 44, 12, 12, 26


class _Scale:
    """Maps instants and values onto the picture."""

    def __init__(self, begin: datetime, end: datetime, top: float) -> None:
        self.begin, self.end, self.top = begin, end, max(top, 1.0)

    def x(self, instant: datetime) -> float:
        share = (instant - self.begin) / (self.end - self.begin)
        return round(LEFT + min(max(share, 0.0), 1.0) * (WIDTH - LEFT - RIGHT), 1)

    def y(self, value: float) -> float:
        return round(HEIGHT - BOTTOM - value / self.top * (HEIGHT - TOP - BOTTOM), 1)


def step_chart(
    series: Series,
    *,
    bands: Sequence[Band],
    begin: datetime,
    end: datetime,
    zone: ZoneInfo,
    css: str = "line",
) -> str:
    """Draws one quantity over time, with the schedule's bands behind it.

    Args:
        series: What was observed.
        bands: What the schedule asked for; each becomes a shaded stretch with a tooltip.
        begin: Left edge, aware.
        end: Right edge, aware.
        zone: The zone whose midnights are marked.
        css: Class of the line, so that the page can colour it.

    Returns:
        An `<svg>` element as text.
    """
    scale = _Scale(begin, end, max(value for _, value in series.points) * 1.15)
    parts = [
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(series.label)} over time">',
        *(_band(band, scale, zone) for band in bands if band.begin < end and band.end > begin),
        *_rules(scale),
        *_days(scale, zone),
        _line(series, scale, css),
        *_dots(series, scale, zone, css),
        "</svg>",
    ]
    return "\n".join(parts)


def instants(begin: datetime, end: datetime, at: datetime) -> float:
    """Returns the place of an instant on the picture's width, so that marks can be set beside a chart."""
    return _Scale(begin, end, 1.0).x(at)


def _band(band: Band, scale: _Scale, zone: ZoneInfo) -> str:
    left, right = scale.x(band.begin), scale.x(band.end)
    when = f"{band.begin.astimezone(zone):%a %H:%M} to {band.end.astimezone(zone):%a %H:%M}"
    return (
        f'<rect class="band {escape(band.mode)}" x="{left}" y="{TOP}" width="{round(right - left, 1)}" '
        f'height="{HEIGHT - TOP - BOTTOM}">'
        f"<title>{escape(band.mode)}, {when}: {escape(band.reason)}</title></rect>"
    )


def _rules(scale: _Scale) -> list[str]:
    step = max(1, round(scale.top / 4))
    return [
        f'<line class="rule" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{scale.y(value)}" y2="{scale.y(value)}"/>'
        f'<text class="tick" x="{LEFT - 8}" y="{scale.y(value) + 4}" text-anchor="end">{value}</text>'
        for value in range(0, int(scale.top) + 1, step)
    ]


def _days(scale: _Scale, zone: ZoneInfo) -> list[str]:
    local = scale.begin.astimezone(zone)
    midnight = datetime(local.year, local.month, local.day, tzinfo=zone)
    marks: list[str] = []
    while midnight < scale.end:
        following = _next_midnight(midnight, zone)
        if midnight >= scale.begin:
            x = scale.x(midnight)
            marks.append(f'<line class="day" x1="{x}" x2="{x}" y1="{TOP}" y2="{HEIGHT - BOTTOM}"/>')
        noon = midnight + (following - midnight) / 2
        if scale.begin <= noon <= scale.end:
            marks.append(
                f'<text class="tick" x="{scale.x(noon)}" y="{HEIGHT - 8}" text-anchor="middle">'
                f"{midnight:%a %d %b}</text>"
            )
        midnight = following
    return marks


def _next_midnight(midnight: datetime, zone: ZoneInfo) -> datetime:
    # Wall-clock arithmetic: the day of a clock change has 23 or 25 hours.
    day = midnight.date() + timedelta(days=1)
    return datetime(day.year, day.month, day.day, tzinfo=zone)


def _line(series: Series, scale: _Scale, css: str) -> str:
    path: list[str] = []
    for when, value in series.points:
        x, y = scale.x(when), scale.y(value)
        path.append(f"M{x} {y}" if not path else f"H{x}V{y}")
    path.append(f"H{scale.x(scale.end)}")
    return f'<path class="{css}" d="{"".join(path)}"/>'


def _dots(series: Series, scale: _Scale, zone: ZoneInfo, css: str) -> list[str]:
    return [
        f'<circle class="{css}-dot" cx="{scale.x(when)}" cy="{scale.y(value)}" r="3">'
        f"<title>{when.astimezone(zone):%a %d %b %H:%M:%S}: {value:g} {escape(series.label)}</title></circle>"
        for when, value in series.points[1:]
    ]
