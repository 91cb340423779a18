"""Reads a team's own policy: each number may be stricter than the one that ships, and never looser."""

from __future__ import annotations

from typing import Any

from functions.chaos.policy.numbers import Numbers
from functions.core.reading.faults import Faults
from functions.core.reading.strict_json import read_json
from functions.core.reading.table import Table

_HIGHER_IS_STRICTER = {
    "least_zones": 10,
    "budget_above_percent": 100,
    "incident_minutes": 10_080,
    "same_hours": 8_760,
    "any_hours": 8_760,
    "window_begin_hour": 16,
}
"""Numbers that a policy may raise, and how far."""


def parse_numbers(text: str | bytes) -> Numbers:
    """Reads a policy; every number that it leaves out keeps what ships.

    Raises:
        DocumentInvalid: It breaks a rule; its `faults` name every place and what to write there.
    """
    faults = Faults()
    value = read_json(text, what="a policy", examples="docs/capabilities/chaos.md")
    table = Table(value, "$", faults, keys=("$schema", *Numbers._fields))
    if not table.is_object:
        faults.refuse_if_any()
    table.text("$schema", "the address of the schema", default="")
    usual = Numbers()
    found: dict[str, Any] = {}
    for name in Numbers._fields:
        ships = getattr(usual, name)
        low, high = bounds_of(name)
        if isinstance(ships, float):
            found[name] = table.number(name, low, high, default=ships)
        else:
            found[name] = table.whole(name, int(low), int(high), default=ships)
    if found["window_begin_hour"] >= found["window_end_hour"]:
        table.fault("window_end_hour", 'must come after "window_begin_hour"')
    faults.refuse_if_any()
    return Numbers(**found)


def bounds_of(name: str) -> tuple[float, float]:
    """Returns the lowest and highest that a policy may write for a number."""
    ships = getattr(Numbers(), name)
    return (
        (ships, _HIGHER_IS_STRICTER[name])
        if name in _HIGHER_IS_STRICTER
        else (0 if name == "burn_below" else 1, ships)
    )
