"""Event patterns: moto's filters, with what it lacks: lists of objects, and `true` apart from `1`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.events.models import UNDEFINED, EventPattern

if TYPE_CHECKING:
    from collections.abc import Mapping


def matches(pattern: Mapping[str, Any], event: Any) -> bool:
    """Returns whether an event matches a pattern.

    Args:
        pattern: The parsed pattern: mappings whose leaves are lists of values and filters.
        event: The event, or a part of it; of a list, one item must match the whole of the pattern's part.
    """
    if isinstance(event, list):
        return any(matches(pattern, item) for item in event)
    for key, wanted in pattern.items():
        if key == "$or":
            if not any(matches(choice, event) for choice in wanted):
                return False
            continue
        item = event.get(key, UNDEFINED) if isinstance(event, dict) else UNDEFINED
        if isinstance(wanted, dict):
            # A part that is absent still meets a pattern that asks for absence.
            if not matches(wanted, {} if item is UNDEFINED else item):
                return False
        elif not _meets_one(item, wanted):
            return False
    return True


def _meets_one(item: Any, filters: Any) -> bool:
    values = item if isinstance(item, list) and item else [item]
    return any(_meets(value, wanted) for wanted in filters for value in values)


def _meets(value: Any, wanted: Any) -> bool:
    if isinstance(wanted, dict):
        return bool(EventPattern._does_item_match_named_filter(value, dict(wanted)))  # noqa: SLF001 - moto's one door
    if value is UNDEFINED:
        return False
    return isinstance(value, bool) == isinstance(wanted, bool) and bool(value == wanted)
