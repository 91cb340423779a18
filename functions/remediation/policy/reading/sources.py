"""Reads what stands for a source: its answer, that there is none, or that it could not be read."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from functions.remediation.policy.sources import Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

_T = TypeVar("_T")
FRESH = timedelta(minutes=5)
"""How old an answer may be; an older one, or one of the future, is stale."""


def answer(value: Any, make: Callable[[Any], _T]) -> _T | Unreadable:
    """Returns a source's answer."""
    return Unreadable(value["unreadable"]) if _is_unreadable(value) else make(value)


def perhaps(value: Any, make: Callable[[Any], _T]) -> _T | Unreadable | None:
    """Returns a source's answer; None where it is that there is none."""
    return None if value is None else answer(value, make)


def many(make: Callable[[Any], _T]) -> Callable[[Any], tuple[_T, ...]]:
    """Returns what makes a tuple of items."""
    return lambda items: tuple(make(item) for item in items)


def _is_unreadable(value: Any) -> bool:
    return isinstance(value, dict) and "unreadable" in value


def stale(read_at: Mapping[str, datetime], *, now: datetime) -> set[str]:
    """Returns the sources whose answers are too old, or of the future."""
    return {source for source, at in read_at.items() if not now - FRESH <= at <= now}
