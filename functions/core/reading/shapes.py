"""Shapes of single values: each reads one strictly, and says itself as JSON Schema."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from functions.core.reading.faults import listed, meant, shown
from functions.core.reading.instant import FIRST_YEAR, LAST_YEAR, read_written

if TYPE_CHECKING:
    from functions.core.reading.faults import Faults

WORDS = r"[^\x00-\x1f\x7f\ud800-\udfff]{1,500}"


class Shape(Protocol):
    """What a value has to be."""

    def read(self, value: Any, path: str, faults: Faults) -> Any:
        """Returns the value as the code uses it; notes a fault and returns None when it is another."""

    def schema(self) -> dict[str, Any]:
        """Returns the same in JSON Schema."""


class Text(NamedTuple):
    """Text that matches a pattern; `what` describes it to a person."""

    what: str = "a text of 1 to 500 characters, without control characters"
    pattern: str = WORDS

    def read(self, value: Any, path: str, faults: Faults) -> str | None:
        """Returns the text."""
        if isinstance(value, str) and re.fullmatch(self.pattern, value, re.ASCII):
            return value
        faults.add(path, f"must be {self.what}, not {shown(value)}")
        return None

    def schema(self) -> dict[str, Any]:
        """Returns a string, with its pattern where it has one of its own."""
        pattern = {"minLength": 1} if self.pattern == WORDS else {"pattern": f"^{self.pattern}$"}
        return {"type": "string", **pattern}


class Choice(NamedTuple):
    """One of a few words."""

    words: tuple[str, ...]

    def read(self, value: Any, path: str, faults: Faults) -> str | None:
        """Returns the word."""
        if isinstance(value, str) and value in self.words:
            return value
        faults.add(
            path, f"must be one of {listed(self.words)}, not {shown(value)}; {meant(value, self.words)}"
        )
        return None

    def schema(self) -> dict[str, Any]:
        """Returns an enumeration."""
        return {"enum": list(self.words)}


class Whole(NamedTuple):
    """A whole number within bounds, both included."""

    low: int
    high: int

    def read(self, value: Any, path: str, faults: Faults) -> int | None:
        """Returns the number; true is none, and neither is 5.0."""
        if isinstance(value, int) and not isinstance(value, bool) and self.low <= value <= self.high:
            return value
        faults.add(path, f"must be a whole number from {self.low:,} to {self.high:,}, not {shown(value)}")
        return None

    def schema(self) -> dict[str, Any]:
        """Returns an integer with its bounds."""
        return {"type": "integer", "minimum": self.low, "maximum": self.high}


class Number(NamedTuple):
    """A finite number within bounds, both included."""

    low: float
    high: float

    def read(self, value: Any, path: str, faults: Faults) -> float | None:
        """Returns the number."""
        known = isinstance(value, int | float) and not isinstance(value, bool)
        if known and math.isfinite(value) and self.low <= value <= self.high:
            return float(value)
        faults.add(path, f"must be a number from {self.low:g} to {self.high:g}, not {shown(value)}")
        return None

    def schema(self) -> dict[str, Any]:
        """Returns a number with its bounds."""
        return {"type": "number", "minimum": self.low, "maximum": self.high}


class Flag(NamedTuple):
    """True or false."""

    def read(self, value: Any, path: str, faults: Faults) -> bool | None:
        """Returns it."""
        if isinstance(value, bool):
            return value
        faults.add(path, f"must be true or false, not {shown(value)}")
        return None

    def schema(self) -> dict[str, Any]:
        """Returns a boolean."""
        return {"type": "boolean"}


class Instant(NamedTuple):
    """An instant with its offset, in this century or the next."""

    def read(self, value: Any, path: str, faults: Faults) -> datetime | None:
        """Returns it in UTC."""
        if not isinstance(value, str):
            faults.add(path, f"must be an instant such as 2027-01-31T22:00:00+09:00, not {shown(value)}")
            return None
        try:
            return read_written(value).astimezone(UTC)
        except ValueError as error:
            faults.add(path, f"must be an instant from {FIRST_YEAR} to {LAST_YEAR}: {error}")
            return None

    def schema(self) -> dict[str, Any]:
        """Returns a date-time."""
        return {"type": "string", "format": "date-time"}
