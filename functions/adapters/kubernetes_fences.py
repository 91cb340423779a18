"""Strangers' objects behind a fence: whose labels count, and what makes no sense is one name.

Everybody who has a namespace writes labels, annotations and custom objects. What they write is data: it
counts in namespaces that the cluster's own rules cover, and an object that makes no sense decides for itself
alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from functions.core import names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from functions.adapters.kubernetes_rest import Rest

_T = TypeVar("_T")
UNREADABLE = (AttributeError, KeyError, IndexError, TypeError, ValueError, ArithmeticError, RecursionError)
"""What reading JSON of another shape than it should have raises."""
LONGEST = 120
"""Characters that are repeated of a name."""


class Readable(NamedTuple):
    """What came of reading several objects.

    Attributes:
        values: What could be read.
        unreadable: The others, such as `scaledobjects team-x/odd`.
    """

    values: list[Any]
    unreadable: tuple[str, ...]


def read_each(plural: str, found: Iterable[Mapping[str, Any]], read: Callable[[Any], _T]) -> Readable:
    """Reads each object by itself, so that one that makes no sense does not decide for the others."""
    values: list[_T] = []
    unreadable: list[str] = []
    for thing in found:
        try:
            values.append(read(thing))
        except UNREADABLE:
            unreadable.append(f"{plural} {name_of(thing)}")
    return Readable(values, tuple(unreadable))


def name_of(found: object) -> str:
    """Returns an object's `namespace/name`, whatever it is."""
    meta = found.get("metadata") if isinstance(found, dict) else None
    if not isinstance(meta, dict):
        return "without a name"
    return "/".join(str(meta[part])[:LONGEST] for part in ("namespace", "name") if meta.get(part))


def tiers(rest: Rest) -> dict[str, str]:
    """Returns the tier of each namespace that has one; who may change the admission policies gives it."""
    found = rest.list("/api/v1/namespaces", labelSelector=names.TIER_LABEL)
    read = read_each("namespaces", found, lambda one: (one["metadata"]["name"], _tier(one)))
    return dict(read.values)


def covered(tiers_of: Mapping[str, str], found: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Returns the objects in namespaces of tier application; the others' labels are nobody's order."""
    return [one for one in found if tiers_of.get(_namespace(one)) == names.APPLICATION_TIER]


def _tier(namespace: Mapping[str, Any]) -> str:
    return str(namespace["metadata"]["labels"][names.TIER_LABEL])


def _namespace(found: object) -> str:
    meta = found.get("metadata") if isinstance(found, dict) else None
    return str(meta.get("namespace", "")) if isinstance(meta, dict) else ""
