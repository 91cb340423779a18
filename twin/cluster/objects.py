"""The life of an object: how it is named, numbered, changed and taken away, for API and controllers alike."""

from __future__ import annotations

import random
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from twin.cluster.defaults import fill_defaults
from twin.cluster.kinds import Kind, Kinds
from twin.cluster.shapes import Object, is_terminating, name_of, namespace_of, stamp
from twin.cluster.store import Store
from twin.json_copies import clone

if TYPE_CHECKING:
    from collections.abc import Callable

_LETTERS = "bcdfghjklmnpqrstvwxz2456789"
"""What Kubernetes builds generated names from: no vowels, so no words."""

ORPHAN, FOREGROUND = "orphan", "foregroundDeletion"


class Timer(Protocol):
    """Something that was arranged for later."""

    def cancel(self) -> None:
        """Keeps it from happening."""


class Clock(Protocol):
    """What the cluster needs of time."""

    @property
    def now(self) -> datetime:
        """The present instant, aware, in UTC."""

    def call_later(self, seconds: float, callback: Callable[[], None], *, name: str = "") -> Timer:
        """Calls back after so many virtual seconds."""


@dataclass(frozen=True, slots=True)
class Deletion:
    """How to take an object away.

    Attributes:
        grace_s: Seconds a pod has to end itself; None takes the pod's own figure.
        propagation: `Background`, `Foreground` or `Orphan`: what becomes of what it owns.
    """

    grace_s: int | None = None
    propagation: str = "Background"


class Objects:
    """All objects of a cluster, with the rules that hold whoever writes.

    Args:
        clock: Tells the time.
        seed: Fixes every uid and every generated name.
    """

    def __init__(self, clock: Clock, seed: int) -> None:
        self.clock = clock
        self.kinds = Kinds()
        self.store = Store()
        self._chance = random.Random(seed)  # noqa: S311 - reproducible, not secret

    def get(self, resource: str, namespace: str, name: str) -> Object | None:
        """Returns the object, to be read only; None when there is none."""
        return self.store.get(resource, namespace, name)

    def listing(self, resource: str, namespace: str | None = None) -> list[Object]:
        """Returns the objects of a resource; a namespace of None means all."""
        return self.store.listing(resource, namespace)

    def owned(self, resource: str, owner: Object) -> list[Object]:
        """Returns the objects of a resource that `owner` controls, in its namespace."""
        uid = owner["metadata"]["uid"]
        return [
            obj
            for obj in self.store.listing(resource, namespace_of(owner))
            if any(
                ref.get("controller") and ref["uid"] == uid
                for ref in obj["metadata"].get("ownerReferences") or ()
            )
        ]

    def generated_name(self, prefix: str) -> str:
        """Makes a name from a prefix, as the API server does."""
        return prefix[:58] + "".join(self._chance.choices(_LETTERS, k=5))

    def prepared(self, kind: Kind, obj: Object) -> Object:
        """Adds identity, birth and defaults to a new object, and returns it; it is not stored yet."""
        obj["apiVersion"], obj["kind"] = kind.api_version, kind.name
        meta = obj.setdefault("metadata", {})
        if not meta.get("name") and meta.get("generateName"):
            meta["name"] = self.generated_name(meta["generateName"])
        meta["uid"] = str(uuid.UUID(int=self._chance.getrandbits(128), version=4))
        meta["creationTimestamp"] = stamp(self.clock.now)
        for unset in ("deletionTimestamp", "deletionGracePeriodSeconds", "resourceVersion", "managedFields"):
            meta.pop(unset, None)
        if kind.generation:
            meta["generation"] = 1
        fill_defaults(kind, obj)
        return obj

    def create(self, resource: str, obj: Object) -> Object:
        """Stores a new object of a controller or of the scenario."""
        return self.store.put(resource, self.prepared(self.kinds.of(resource), obj))

    def modify(
        self, resource: str, namespace: str, name: str, change: Callable[[Object], None]
    ) -> Object | None:
        """Changes an object in place of its stored one; a change that changes nothing is no event.

        Returns:
            The object as stored; None when it does not exist.
        """
        old = self.store.get(resource, namespace, name)
        if old is None:
            return None
        new: Object = clone(old)
        change(new)
        return self.replace(self.kinds.of(resource), old, new)

    def replace(self, kind: Kind, old: Object, new: Object) -> Object:
        """Stores the successor of `old`, a new generation if its spec changed; ends what nothing holds."""
        if new == old:
            return old
        meta = new["metadata"]
        if kind.generation:
            changed = _wanted(kind, new) != _wanted(kind, old)
            meta["generation"] = old["metadata"].get("generation", 1) + changed
        if is_terminating(new) and not _is_held(kind, new):
            self.store.remove(kind.resource, namespace_of(new), name_of(new))
            return new
        return self.store.put(kind.resource, new)

    def delete(self, kind: Kind, obj: Object, how: Deletion) -> Object:
        """Takes an object away, or begins to: pods with grace and objects with finalizers stay for a while.

        Returns:
            The object's last known state.
        """
        new: Object = clone(obj)
        meta = new["metadata"]
        finalizers = [entry for entry in meta.get("finalizers") or () if entry not in (ORPHAN, FOREGROUND)]
        finalizers += {"Orphan": [ORPHAN], "Foreground": [FOREGROUND]}.get(how.propagation, [])
        grace = _grace(kind, obj, how)
        if not finalizers and grace == 0 and not _is_held(kind, obj):
            self.store.remove(kind.resource, namespace_of(obj), name_of(obj))
            return new
        if finalizers:
            meta["finalizers"] = finalizers
        sooner = grace < meta.get("deletionGracePeriodSeconds", grace + 1)
        if not is_terminating(obj) or (kind.name == "Pod" and sooner):
            meta["deletionTimestamp"] = stamp(self.clock.now + timedelta(seconds=grace))
            meta["deletionGracePeriodSeconds"] = grace
            if "generation" in meta and not is_terminating(obj):
                meta["generation"] += 1
            if kind.name == "Namespace":
                new["status"] = {**(obj.get("status") or {}), "phase": "Terminating"}
        return obj if new == obj else self.store.put(kind.resource, new)

    def remove(self, resource: str, obj: Object) -> None:
        """Takes an object away at once, without grace."""
        self.delete(self.kinds.of(resource), obj, Deletion(grace_s=0))


def _wanted(kind: Kind, obj: Object) -> Object:
    """Returns what counts for the generation; the node of a pod is the scheduler's word and does not."""
    wanted = {key: value for key, value in obj.items() if key not in ("metadata", "status")}
    if kind.name == "Pod":
        wanted["spec"] = {key: value for key, value in obj["spec"].items() if key != "nodeName"}
    return wanted


def _is_held(kind: Kind, obj: Object) -> bool:
    """Returns whether something still keeps an object that is going: a finalizer, or its time to end."""
    meta = obj["metadata"]
    if meta.get("finalizers"):
        return True
    if kind.name == "Namespace":
        return bool((obj.get("spec") or {}).get("finalizers"))
    return kind.name == "Pod" and meta.get("deletionGracePeriodSeconds", 0) > 0


def _grace(kind: Kind, obj: Object, how: Deletion) -> int:
    """Returns the seconds that an object needs to end: only a pod that a kubelet runs needs any."""
    spec = obj.get("spec") or {}
    if kind.name != "Pod" or not spec.get("nodeName"):
        return 0
    if (obj.get("status") or {}).get("phase") in ("Succeeded", "Failed"):
        return 0
    own = spec.get("terminationGracePeriodSeconds", 30)
    return int(own if how.grace_s is None else how.grace_s)
