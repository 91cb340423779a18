"""Reads an instant that a person wrote: with its offset, and in a year that can be meant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from functions.core.instants import read_instant
from functions.core.reading.faults import shown

if TYPE_CHECKING:
    from datetime import datetime

FIRST_YEAR: Final = 2000
LAST_YEAR: Final = 2199
"""Beyond these a year is a slip of the hand, and arithmetic with other zones ends."""


def read_written(text: str) -> datetime:
    """Reads an instant, in the offset that it was written with.

    Raises:
        ValueError: It is none, has no offset or lies outside of `FIRST_YEAR` to `LAST_YEAR`.
    """
    found = read_instant(text)
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise ValueError(f"{shown(text)} lies outside of {FIRST_YEAR} to {LAST_YEAR}; is the year right?")
    return found
