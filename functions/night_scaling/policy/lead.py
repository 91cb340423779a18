"""How long before an opening a wake begins: learned from past wakes, never shorter than the document says."""

from __future__ import annotations

from datetime import timedelta
from math import ceil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from functions.core.control import TargetRecord

NOTE = "night_scaling/wakes"
"""Note of how long past wakes took, in seconds."""
REMEMBERED = 30
"""Wakes that are remembered: six weeks of mornings, so that what was slow in spring is forgotten by
summer."""
ENOUGH = 5
"""Wakes before anything is learned; a p95 of fewer is one bad morning."""
MARGIN = timedelta(minutes=10)
"""One tick: a wake begins with the first tick after its time."""
LONGEST = timedelta(hours=4)
"""The longest lead that a document may ask for."""


def wakes_of(record: TargetRecord) -> list[int]:
    """Returns the seconds that past wakes took, the latest last."""
    seconds = record.note(NOTE).values.get("seconds")
    return list(seconds) if isinstance(seconds, list) else []


def learned_lead(stated: timedelta, wakes: Sequence[int]) -> timedelta:
    """Returns the lead to use.

    Args:
        stated: The document's lead.
        wakes: Seconds that past wakes took from their decision to their verification, the latest last.
    """
    if len(wakes) < ENOUGH:
        return stated
    ordered = sorted(wakes)
    slow = ordered[ceil(0.95 * len(ordered)) - 1]
    minutes = ceil(slow / 60)
    return max(stated, min(timedelta(minutes=minutes) + MARGIN, LONGEST))


def with_wake(wakes: Sequence[int], seconds: int) -> list[int]:
    """Returns the remembered wakes with one more."""
    return [*wakes, max(0, seconds)][-REMEMBERED:]
