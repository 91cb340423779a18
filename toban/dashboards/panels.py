"""What a board is made of: panels with their queries, and the limit that each is read against."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Panel:
    """One picture.

    Attributes:
        title: what a person asks.
        unit: Grafana's name of it.
        queries: PromQL by the legend's text.
        form: `lines` over time, the last value as a `number`, or the `spans` of time in which there is a
            value.
        limit: what an alert or the objective names, drawn as a line; None where neither does.
        low: True where falling below the limit is bad, not rising above it.
        logarithmic: True where values span magnitudes: the axis is logarithmic above one.
    """

    title: str
    unit: str
    queries: dict[str, str]
    form: Literal["lines", "number", "spans"] = "lines"
    limit: float | None = None
    low: bool = False
    logarithmic: bool = False


@dataclass(frozen=True)
class Board:
    """One page of pictures; `name` is its file's and its address's."""

    name: str
    title: str
    panels: tuple[Panel, ...]
