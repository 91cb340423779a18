"""What a schema cannot say of facts: names that stand twice, bounds upside down, instants out of order."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from functions.core.reading.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

CLOCKS_DIFFER = timedelta(minutes=1)
"""How far an alarm's clock may be ahead of ours."""


def contradictions(checked: dict[str, Any]) -> list[Fault]:
    """Returns what contradicts itself in facts that their schema has been held against."""
    snapshot = checked["snapshot"]
    return [
        *doubled("alarms", _items(checked["alarms"]), "name"),
        *doubled("snapshot.pods", _items(snapshot.get("pods")), "name"),
        *doubled("snapshot.nodes", _items(snapshot.get("nodes")), "name"),
        *doubled("snapshot.sessions", _items(snapshot.get("sessions")), "pid"),
        *_in_the_future(checked),
        *_bounds("autoscaler", snapshot.get("autoscaler"), ("min", "max")),
        *_bounds("nodegroup", snapshot.get("nodegroup"), ("min", "desired", "max")),
        *_order(snapshot.get("ledger")),
    ]


def doubled(path: str, items: Any, key: str) -> list[Fault]:
    """Returns the items of a list whose key another has before them."""
    names = [item[key] for item in items]
    return [
        Fault(f"$.{path}[{place}].{key}", f"{name!r} stands twice; keep one")
        for place, name in enumerate(names)
        if name in names[:place]
    ]


def _items(found: Any) -> Any:
    """Returns the items of a source; none where it was not read."""
    return found if isinstance(found, tuple) else ()


def _in_the_future(checked: dict[str, Any]) -> Iterator[Fault]:
    for place, alarm in enumerate(_items(checked["alarms"])):
        if alarm["since"] > checked["now"] + CLOCKS_DIFFER:
            yield Fault(f"$.alarms[{place}].since", f"lies after now, {checked['now'].isoformat()}")


def _bounds(source: str, found: Any, keys: tuple[str, ...]) -> Iterator[Fault]:
    if not found or "unreadable" in found:
        return
    for low, high in pairwise(keys):
        if found[low] > found[high]:
            yield Fault(f"$.snapshot.{source}.{low}", f"{found[low]} is above {high}, {found[high]}")


def _order(ledger: Any) -> Iterator[Fault]:
    if not ledger or "unreadable" in ledger:
        return
    stints = ledger["stints"]
    for place, (later, earlier) in enumerate(pairwise(stints), start=1):
        if earlier["began"] > later["began"]:
            path = f"$.snapshot.ledger.stints[{place}].began"
            yield Fault(path, "lies after that of the stint before it; the present template stands first")
