"""Where objects live: one revision counter, and a log that watches and controllers read.

Objects are never changed in place: what `get` and `list` hand out is what lies here, for reading only.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from twin.cluster.shapes import Object, name_of, namespace_of

if TYPE_CHECKING:
    from collections.abc import Callable

LOG_LENGTH = 5_000
"""How many changes a watch can go back; the API server keeps five minutes' worth, which varies by run."""

_FIRST_REVISION = 100
"""A cluster has lived before anybody looks at it: what happened until then is forgotten."""


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one object. `before` is None for an addition; `after` of a deletion is its last state."""

    revision: int
    verb: Literal["ADDED", "MODIFIED", "DELETED"]
    resource: str
    before: Object | None
    after: Object


class Store:
    """Objects by resource, namespace and name."""

    def __init__(self) -> None:
        self.revision = self._first = _FIRST_REVISION
        self._objects: dict[str, dict[tuple[str, str], Object]] = {}
        self._log: deque[Change] = deque(maxlen=LOG_LENGTH)
        self._listeners: list[Callable[[Change], None]] = []

    def listen(self, listener: Callable[[Change], None]) -> None:
        """Calls `listener` with every change from now on."""
        self._listeners.append(listener)

    def get(self, resource: str, namespace: str, name: str) -> Object | None:
        """Returns the object, to be read only; None when there is none."""
        return self._objects.get(resource, {}).get((namespace, name))

    def listing(self, resource: str, namespace: str | None = None) -> list[Object]:
        """Returns the objects of a resource by namespace and name; a namespace of None means all."""
        found = self._objects.get(resource, {})
        return [found[key] for key in sorted(found) if namespace is None or key[0] == namespace]

    def put(self, resource: str, obj: Object) -> Object:
        """Keeps an object under a new resourceVersion, which it writes into the given one."""
        self.revision += 1
        obj["metadata"]["resourceVersion"] = str(self.revision)
        objects = self._objects.setdefault(resource, {})
        key = (namespace_of(obj), name_of(obj))
        before = objects.get(key)
        objects[key] = obj
        self._tell(Change(self.revision, "MODIFIED" if before else "ADDED", resource, before, obj))
        return obj

    def remove(self, resource: str, namespace: str, name: str) -> None:
        """Forgets an object; one that is not there is no error."""
        before = self._objects.get(resource, {}).pop((namespace, name), None)
        if before is None:
            return
        self.revision += 1
        last = {**before, "metadata": {**before["metadata"], "resourceVersion": str(self.revision)}}
        self._tell(Change(self.revision, "DELETED", resource, before, last))

    def since(self, revision: int, resource: str) -> list[Change] | None:
        """Returns a resource's changes after a revision; None when the log no longer reaches back so far."""
        forgotten = self._log[0].revision - 1 if len(self._log) == LOG_LENGTH else self._first
        if revision < forgotten:
            return None
        found: list[Change] = []
        for change in reversed(self._log):
            if change.revision <= revision:
                break
            if change.resource == resource:
                found.append(change)
        return found[::-1]

    def listing_at(self, revision: int, resource: str, namespace: str | None) -> list[Object] | None:
        """Returns the objects as they were at a revision; None when the log no longer reaches back so far."""
        changes = self.since(revision, resource)
        if changes is None:
            return None
        found = dict(self._objects.get(resource, {}))
        for change in reversed(changes):
            key = (namespace_of(change.after), name_of(change.after))
            if change.before is None:
                found.pop(key, None)
            else:
                found[key] = change.before
        return [found[key] for key in sorted(found) if namespace is None or key[0] == namespace]

    def _tell(self, change: Change) -> None:
        self._log.append(change)
        for listener in self._listeners:
            listener(change)
