"""How fast the error budget of 30 days is used up: burn rates over a long and a short window each."""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple


class Speed(StrEnum):
    """Fast pages, slow is a ticket."""

    FAST = "fast"
    SLOW = "slow"
    NONE = "none"


class Window(NamedTuple):
    """A long and a short window whose burn rates both have to be above a number."""

    long: str
    short: str
    above: float
    speed: Speed


WINDOWS = (
    Window("1h", "5m", 14.4, Speed.FAST),
    Window("6h", "30m", 6.0, Speed.FAST),
    Window("1d", "2h", 3.0, Speed.SLOW),
    Window("3d", "6h", 1.0, Speed.SLOW),
)
"""2 %, 5 %, 10 % and 10 % of the budget: the table of Google's SRE Workbook, chapter 5."""


class Burn(NamedTuple):
    """Burn rates by window, and what is left of the budget. A rate that is missing is 0."""

    rates: Mapping[str, float]
    budget_left_percent: float


def speed_of(burn: Burn) -> Speed:
    """Returns the first speed of which both windows burn."""
    for window in WINDOWS:
        if min(burn.rates.get(window.long, 0.0), burn.rates.get(window.short, 0.0)) > window.above:
            return window.speed
    return Speed.NONE
