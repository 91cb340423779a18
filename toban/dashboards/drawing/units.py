"""Writes values as Grafana does for the units that our boards use."""

from __future__ import annotations

from math import floor, isfinite, log10
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_DIGITS = 3
"""What a person reads of a value."""

Scale = tuple[float, str]
"""A size and its suffix: a value divided by the size is followed by the suffix."""

UNITS: dict[str, Sequence[Scale]] = {
    "short": ((1, ""), (1e3, " K"), (1e6, " Mil")),
    "percentunit": ((0.01, "%"),),
    "reqps": ((1, " req/s"), (1e3, " K req/s")),
    "Bps": ((1, " B/s"), (1e3, " kB/s"), (1e6, " MB/s"), (1e9, " GB/s")),
    "s": ((1e-3, " ms"), (1, " s"), (60, " min"), (3600, " h"), (86400, " d")),
}
"""By Grafana's name, smallest first."""


def scale_of(unit: str, value: float) -> Scale:
    """Chooses the largest size that the value reaches; the smallest for what reaches none, and one for zero.

    Raises:
        KeyError: no board of ours uses the unit.
    """
    scales = UNITS[unit]
    reached = [scale for scale in scales if abs(value) >= scale[0]]
    if value == 0:
        return next((scale for scale in scales if scale[0] == 1), scales[0])
    return reached[-1] if reached else scales[0]


def written(value: float, unit: str) -> str:
    """Writes a value with three digits, at most as many decimals, and its unit.

    Just below a whole percentage two decimals more are kept: 99.97 % is not 100 %.
    """
    if not isfinite(value):
        return "no data"
    size, suffix = scale_of(unit, value)
    scaled = value / size
    if scaled == 0:
        return f"0{suffix}"
    decimals = min(max(_DIGITS - 1 - floor(log10(abs(scaled))), 0), _DIGITS)
    if unit == "percentunit" and 99 < abs(scaled) < 100:  # noqa: PLR2004 -- nines are what an objective counts
        decimals = 3
    return trimmed(scaled, decimals) + suffix


def trimmed(value: float, decimals: int) -> str:
    """Writes a number with at most so many decimals, and no zeros behind them."""
    text = f"{value:.{decimals}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text
