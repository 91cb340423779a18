"""What an administrator does to a cluster's objects: applies what is written, and deletes it again."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from twin.cluster.objects import Deletion, Objects
from twin.cluster.shapes import Object, name_of, namespace_of
from twin.json_copies import clone

if TYPE_CHECKING:
    from collections.abc import Iterable


def apply(objects: Objects, given: Iterable[Object]) -> None:
    """Creates objects, and changes those that are there to what is given.

    Raises:
        KeyError: A kind that the cluster does not serve.
    """
    for obj in given:
        kind = objects.kinds.named(obj["apiVersion"], obj["kind"])
        if kind is None:
            raise KeyError(f"the cluster serves no {obj['kind']} of {obj['apiVersion']}")
        place = (namespace_of(obj), name_of(obj))
        if objects.get(kind.resource, *place) is None:
            objects.create(kind.resource, clone(obj))
        else:
            objects.modify(kind.resource, *place, partial(_become, clone(obj)))


def take(objects: Objects, given: Iterable[Object]) -> None:
    """Deletes objects; one that is not there is no error."""
    for obj in given:
        kind = objects.kinds.named(obj["apiVersion"], obj["kind"])
        found = objects.get(kind.resource, namespace_of(obj), name_of(obj)) if kind else None
        if kind and found:
            objects.delete(kind, found, Deletion())


def _become(given: Object, obj: Object) -> None:
    """Writes what is given over an object; identity, status and what nobody gave stay."""
    for key in ("labels", "annotations"):
        if key in given["metadata"]:
            obj["metadata"][key] = {**(obj["metadata"].get(key) or {}), **given["metadata"][key]}
    obj |= {key: value for key, value in given.items() if key not in ("metadata", "status")}
