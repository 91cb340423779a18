"""What changes between an object as it is and would be, in lines that a person reads before saying yes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from toban.manifests.rendering import Object, name_of

if TYPE_CHECKING:
    from collections.abc import Iterator

PART_OF = "applyset.kubernetes.io/part-of"
"""The label by which an applied object belongs to a set: see `pruning`."""

_SILENT = frozenset({"managedFields", "resourceVersion", "uid", "creationTimestamp", "generation"})
"""What the server itself writes into `metadata`."""


@dataclass(frozen=True)
class Change:
    """One field of one object.

    Attributes:
        thing: such as "Deployment app-production/api-service".
        field: dotted; empty where the whole object comes or goes.
        before: None where the field or the object is not there yet.
        after: None where the field or the object goes.
    """

    thing: str
    field: str
    before: Any
    after: Any

    def __str__(self) -> str:
        if not self.field:
            return f"+ {self.thing}" if self.before is None else f"- {self.thing}"
        return f"~ {self.thing} {self.field}: {self.before!r} -> {self.after!r}"


def compare(before: Object | None, after: Object) -> Iterator[Change]:
    """Yields each field that differs; the status and what the server writes by itself do not count."""
    thing = name_of(after)
    if before is None:
        yield Change(thing, "", None, after)
        return
    for field, old, new in _fields(_wanted(before), _wanted(after), ""):
        yield Change(thing, field, old, new)


def _wanted(thing: Object) -> Object:
    meta = {key: value for key, value in thing["metadata"].items() if key not in _SILENT}
    # Whose set it belongs to is no news to anybody.
    labels = {key: value for key, value in meta.pop("labels", {}).items() if key != PART_OF}
    meta |= {"labels": labels} if labels else {}
    return {key: value for key, value in thing.items() if key != "status"} | {"metadata": meta}


def _fields(old: Any, new: Any, where: str) -> Iterator[tuple[str, Any, Any]]:
    if isinstance(old, dict) and isinstance(new, dict):
        for key in sorted(old.keys() | new.keys()):
            yield from _fields(old.get(key), new.get(key), f"{where}.{key}".lstrip("."))
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for number, (left, right) in enumerate(zip(old, new, strict=True)):
            yield from _fields(left, right, f"{where}[{number}]")
    elif old != new:
        yield where, old, new
