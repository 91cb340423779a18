"""The few shapes that a picture is made of, as SVG text; every text is escaped here."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

PAGE, PANEL, EDGE = "#111217", "#181b1f", "#2a2d33"
TEXT, QUIET, RULE = "#d5d6dd", "#9a9ca8", "#26292f"
COLOURS = {"green": "#73bf69", "red": "#f2495c", "transparent": "none"}
"""Grafana's names of colours that our thresholds use."""
PALETTE = (
    "#73bf69", "#f2cc0c", "#8ab8ff", "#ff9830", "#f2495c",
    "#b877d9", "#5794f2", "#37872d", "#e0b400", "#ca95e5",
)  # fmt: skip
"""Grafana's classic palette, in its order."""


def element(name: str, inside: str | None = None, /, **attributes: object) -> str:
    """Writes an element; an attribute's `_` is a `-`, and None leaves it out."""
    pairs = "".join(
        f" {key.rstrip('_').replace('_', '-')}={quoteattr(_number(value))}"
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{pairs}/>" if inside is None else f"<{name}{pairs}>{inside}</{name}>"


def text(
    words: str,
    x: float,
    y: float,
    *,
    size: float = 11,
    fill: str = QUIET,
    anchor: str | None = None,
    weight: int | None = None,
) -> str:
    """Writes words at a place; `anchor` is `middle` or `end`."""
    return element(
        "text", escape(words), x=x, y=y, font_size=size, fill=fill, text_anchor=anchor, font_weight=weight
    )


def rectangle(
    x: float, y: float, width: float, height: float, *, fill: str, edge: str | None = None, round_: float = 0
) -> str:
    """Draws a rectangle."""
    return element("rect", x=x, y=y, width=width, height=height, rx=round_ or None, fill=fill, stroke=edge)


def line(x1: float, y1: float, x2: float, y2: float, *, colour: str, dashed: bool = False) -> str:
    """Draws a straight line."""
    return element(
        "line", x1=x1, y1=y1, x2=x2, y2=y2, stroke=colour, stroke_dasharray="5 4" if dashed else None
    )


def shortened(words: str, room: float, size: float = 11) -> str:
    """Cuts words to a width, by what a letter takes on average."""
    letters = max(int(room / (size * 0.56)), 1)
    return words if len(words) <= letters else words[: letters - 1] + "…"


def _number(value: object) -> str:
    return f"{value:.1f}".removesuffix(".0") if isinstance(value, float) else str(value)
