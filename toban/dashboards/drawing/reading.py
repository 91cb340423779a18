"""Reads of a panel's JSON what is drawn, and refuses the rest: a picture that leaves it out would lie."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from toban.dashboards.drawing.units import UNITS
from toban.dashboards.server import Series

Ask = Callable[[str], list[Series]]
"""Answers a query over the picture's time."""

_CUSTOM = {
    "axisSoftMin", "axisSoftMax", "fillOpacity", "lineWidth", "scaleDistribution", "showPoints",
    "thresholdsStyle",
}  # fmt: skip
"""The settings of a panel's lines that are drawn."""
_SCALES = ({"type": "linear"}, {"type": "symlog", "log": 10, "linearThreshold": 1})
_DEFAULTS = {"custom", "unit", "thresholds"}


class NotDrawnError(Exception):
    """A panel asks for what the renderer does not draw; the message names board, panel and what."""


@dataclass(frozen=True)
class Line:
    """One line of a panel, with its legend's text."""

    name: str
    points: list[tuple[float, float]]


def refuse_unknown(board: str, panel: dict[str, Any], known: tuple[str, ...]) -> None:
    """Raises NotDrawnError for a type, a unit or a setting that the renderer does not know."""
    config = panel.get("fieldConfig", {})
    defaults = config.get("defaults", {})
    where = f'{board}: panel "{panel.get("title", "")}"'
    if panel["type"] not in known:
        raise NotDrawnError(f"{where} is of type {panel['type']}; the renderer draws {' and '.join(known)}")
    if defaults.get("unit", "short") not in UNITS:
        raise NotDrawnError(
            f"{where} has the unit {defaults['unit']}; the renderer writes {', '.join(UNITS)}"
        )
    unknown = sorted((set(defaults) - _DEFAULTS) | (set(defaults.get("custom", {})) - _CUSTOM))
    scale = defaults.get("custom", {}).get("scaleDistribution", {"type": "linear"})
    unknown += [] if scale in _SCALES else [f"a scale of type {scale['type']}"]
    unknown += ["overrides"] if config.get("overrides") else []
    unknown += ["transformations"] if panel.get("transformations") else []
    if unknown:
        raise NotDrawnError(f"{where} sets {', '.join(unknown)}, which the renderer does not draw")


def lines_of(panel: dict[str, Any], ask: Ask) -> list[Line]:
    """Asks every target of a panel; a line's name is its legend with the labels filled in."""
    return [
        Line(_named(target.get("legendFormat", ""), answer.labels), answer.points)
        for target in panel["targets"]
        for answer in ask(target["expr"])
    ]


def _named(legend: str, labels: dict[str, str]) -> str:
    return re.sub(r"{{\s*(\w+)\s*}}", lambda match: labels.get(match[1], ""), legend).strip()


def threshold_reached(defaults: dict[str, Any], value: float) -> str:
    """Returns Grafana's name of a value's colour by its panel's thresholds; green where there are none."""
    colour = "green"
    for step in defaults.get("thresholds", {}).get("steps", ()):
        if step["value"] is None or value >= step["value"]:
            colour = step["color"]
    return str(colour)
