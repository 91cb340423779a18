"""Reads the members of an object one by one, by their kind, and notes every fault, not only the first."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeVar

from functions.core.reading.faults import Faults, listed, meant, member, shown
from functions.core.reading.instant import read_written
from functions.core.reading.strict_json import Doubled

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from datetime import datetime

_T = TypeVar("_T")
_NAME = r"[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?"
_WORDS = r"[^\x00-\x1f\x7f\ud800-\udfff]{1,200}"
_IDENTIFIER = r"[A-Za-z0-9]([A-Za-z0-9._/-]{0,98}[A-Za-z0-9])?"


class Table:
    """One object of the document, read key by key.

    A reading method gives the value when it is right; otherwise it notes a fault and gives the default.
    Faults of nested objects carry their own path.
    """

    def __init__(self, value: object, path: str, faults: Faults, *, keys: Collection[str]) -> None:
        """Checks that `value` is an object with known keys, each once.

        Anything else reads as an empty object.
        """
        self.path = path
        self.faults = faults
        self._members: dict[str, Any] = value if isinstance(value, dict) else {}
        self.is_object = isinstance(value, dict)
        if not self.is_object:
            faults.add(path, f"must be an object with {listed(keys)}, not {shown(value)}")
        if isinstance(value, Doubled):
            for key in value.keys_twice:
                faults.add(self.at(key), "stands twice; keep one of them")
        for key in self._members:
            if key not in keys:
                faults.add(self.at(key), f"unknown key; {meant(key, keys)}")

    def at(self, key: str) -> str:
        """Gives the path of a member."""
        return member(self.path, key)

    def has(self, key: str) -> bool:
        """Tells whether the document says anything for `key`."""
        return key in self._members

    def raw(self, key: str) -> Any:
        """Gives the member as it stands; None when it is missing."""
        return self._members.get(key)

    def fault(self, key: str, sentence: str) -> None:
        """Notes a fault at a member."""
        self.faults.add(self.at(key), sentence)

    def text(self, key: str, what: str, *, pattern: str = _WORDS, default: str | None = None) -> str:
        """Reads text that matches a pattern; `what` describes it to a person."""
        value = self._members.get(key)
        if isinstance(value, str) and re.fullmatch(pattern, value, re.ASCII):
            return value
        if key in self._members:
            self.fault(key, f"must be {what}, not {shown(value)}")
        elif default is None:
            self._missing(key, what)
        return default or ""

    def name(self, key: str) -> str:
        """Reads a name that people will type: small letters, digits and hyphens."""
        return self.text(key, "a name of small letters, digits and hyphens, at most 40", pattern=_NAME)

    def identifier(self, key: str, what: str) -> str:
        """Reads an identifier that AWS or Kubernetes gave."""
        return self.text(key, what, pattern=_IDENTIFIER)

    def choice(self, key: str, choices: Collection[str], *, default: str | None = None) -> str:
        """Reads one of a few words."""
        value = self._members.get(key)
        if isinstance(value, str) and value in choices:
            return value
        if key in self._members:
            self.fault(key, f"must be {listed(choices)}, not {shown(value)}; {meant(value, choices)}")
        elif default is None:
            self._missing(key, listed(choices))
        return default or ""

    def whole(self, key: str, low: int, high: int, *, default: int | None = None) -> int:
        """Reads a whole number within bounds, both included."""
        value = self._members.get(key)
        if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
            return value
        if key in self._members:
            self.fault(key, f"must be a whole number from {low} to {high:,}, not {shown(value)}")
        elif default is None:
            self._missing(key, f"a whole number from {low} to {high:,}")
        return low if default is None else default

    def number(self, key: str, low: float, high: float, *, default: float | None = None) -> float:
        """Reads a number within bounds, both included; truth values and NaN are none."""
        value = self._members.get(key)
        if isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high:
            return value
        if key in self._members:
            self.fault(key, f"must be a number from {low:g} to {high:,g}, not {shown(value)}")
        elif default is None:
            self._missing(key, f"a number from {low:g} to {high:,g}")
        return low if default is None else default

    def instant(self, key: str) -> datetime | None:
        """Reads an instant with its offset; None when it cannot be understood."""
        text = self.text(key, "an instant with its offset, such as 2027-01-12T11:00:00+09:00")
        try:
            return read_written(text) if text else None
        except ValueError as error:
            self.fault(key, str(error))
            return None

    def flag(self, key: str, *, default: bool) -> bool:
        """Reads true or false."""
        value = self._members.get(key, default)
        if not isinstance(value, bool):
            self.fault(key, f"must be true or false, not {shown(value)}")
            return default
        return value

    def items(self, key: str, read: Callable[[Any, str], _T], *, most: int, least: int = 0) -> tuple[_T, ...]:
        """Reads a list, each item by `read(value, path)`; a missing list is empty when `least` is 0."""
        value = self._members.get(key)
        if not isinstance(value, list) and (key in self._members or least):
            if key in self._members:
                self.fault(key, f"must be a list of {least} to {most} items, not {shown(value)}")
            else:
                self._missing(key, f"a list of {least} to {most} items")
            return ()
        found = value or []
        if not least <= len(found) <= most:
            self.fault(key, f"must have {least} to {most} items, not {len(found)}")
        return tuple(read(item, f"{self.at(key)}[{place}]") for place, item in enumerate(found[:most]))

    def _missing(self, key: str, what: str) -> None:
        self.fault(key, f"is missing; write {what}")
