"""The garbage collector: what an owner leaves behind goes too, unless it is orphaned or has another owner."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin.cluster.objects import FOREGROUND, ORPHAN, Deletion
from twin.cluster.shapes import Object, is_terminating, name_of, namespace_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from twin.cluster.controllers.loop import Key, Loop
    from twin.cluster.store import Change

_Place = tuple[str, str, str]
"""Resource, namespace, name."""


class GarbageCollector:
    """Follows owner references. Its keys are uids of owners, in a namespace of no meaning."""

    def __init__(self, loop: Loop) -> None:
        self._objects = loop.objects
        self._places: dict[str, _Place] = {}
        self._dependents: dict[str, dict[_Place, None]] = {}

    def concerns(self, change: Change) -> Iterable[Key]:
        """Names an owner that goes or wants to, and a dependent that came or went."""
        after, gone = change.after, change.verb == "DELETED"
        place = (change.resource, namespace_of(after), name_of(after))
        uid = after["metadata"]["uid"]
        if gone:
            self._places.pop(uid, None)
        else:
            self._places[uid] = place
        owners = _owners(after)
        for owner in {**_owners(change.before), **owners} if change.before else owners:
            held = self._dependents.setdefault(owner, {})
            if gone or owner not in owners:
                held.pop(place, None)
            else:
                held[place] = None
            if change.verb != "MODIFIED":
                yield "", owner
        if gone or (is_terminating(after) and _waits(after)):
            yield "", uid

    def reconcile(self, key: Key) -> None:
        """Lets the dependents of an owner that is gone go; of one that is going, as its deletion asked."""
        uid = key[1]
        owner = self._owner(uid)
        if owner is None:
            for place in list(self._dependents.get(uid, ())):
                self._release(place, uid)
            if not self._dependents.get(uid):
                self._dependents.pop(uid, None)
        elif is_terminating(owner) and ORPHAN in _waits(owner):
            for place in list(self._dependents.get(uid, ())):
                self._disown(place, uid)
            self._let_go(uid, ORPHAN)
        elif is_terminating(owner) and FOREGROUND in _waits(owner):
            for place in list(self._dependents.get(uid, ())):
                self._delete(place, "Foreground")
            if not self._blocking(uid):
                self._let_go(uid, FOREGROUND)

    def _owner(self, uid: str) -> Object | None:
        place = self._places.get(uid)
        return None if place is None else self._objects.get(*place)

    def _release(self, place: _Place, uid: str) -> None:
        found = self._objects.get(*place)
        if found is None:
            return
        others = [owner for owner in _owners(found) if owner != uid and owner in self._places]
        if others:
            self._disown(place, uid)
        else:
            self._delete(place, "Background")

    def _delete(self, place: _Place, propagation: str) -> None:
        found = self._objects.get(*place)
        if found is not None and not is_terminating(found):
            kind = self._objects.kinds.of(place[0])
            self._objects.delete(kind, found, Deletion(propagation=propagation))

    def _disown(self, place: _Place, uid: str) -> None:
        def write(obj: Object) -> None:
            left = [ref for ref in obj["metadata"].get("ownerReferences") or () if ref["uid"] != uid]
            obj["metadata"]["ownerReferences"] = left
            if not left:
                del obj["metadata"]["ownerReferences"]

        self._objects.modify(*place, write)

    def _blocking(self, uid: str) -> bool:
        found = (self._objects.get(*place) for place in self._dependents.get(uid, ()))
        return any(
            _owners(dependent)[uid].get("blockOwnerDeletion") for dependent in found if dependent is not None
        )

    def _let_go(self, uid: str, finalizer: str) -> None:
        def write(obj: Object) -> None:
            meta = obj["metadata"]
            meta["finalizers"] = [entry for entry in meta["finalizers"] if entry != finalizer]
            if not meta["finalizers"]:
                del meta["finalizers"]

        self._objects.modify(*self._places[uid], write)


def _owners(obj: Object | None) -> dict[str, Object]:
    references = [] if obj is None else obj["metadata"].get("ownerReferences") or []
    return {reference["uid"]: reference for reference in references}


def _waits(obj: Object) -> list[str]:
    finalizers = obj["metadata"].get("finalizers") or []
    return [entry for entry in finalizers if entry in (ORPHAN, FOREGROUND)]
