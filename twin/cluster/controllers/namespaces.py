"""Namespaces: each has a service account; a deleted one is emptied, and goes once all in it has gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin.cluster.objects import Deletion
from twin.cluster.shapes import Object, is_terminating, name_of, namespace_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from twin.cluster.controllers.loop import Key, Loop
    from twin.cluster.store import Change

_NAMESPACES, _ACCOUNTS, _CONFIGS = "namespaces", "serviceaccounts", "configmaps"
_AUTHORITY = "kube-root-ca.crt"


class Namespaces:
    """The namespace controller."""

    def __init__(self, loop: Loop) -> None:
        self._objects = loop.objects
        self._ending: set[str] = set()

    def concerns(self, change: Change) -> Iterable[Key]:
        """Names a namespace, and one that waits for an object which went."""
        if change.resource == _NAMESPACES and change.verb != "DELETED":
            yield "", name_of(change.after)
        elif change.verb == "DELETED" and namespace_of(change.after) in self._ending:
            yield "", namespace_of(change.after)

    def reconcile(self, key: Key) -> None:
        """Empties a namespace that is going, and ends it when nothing is left."""
        namespace = self._objects.get(_NAMESPACES, *key)
        if namespace is None:
            return
        if not is_terminating(namespace):
            self._equip(key[1])
            return
        self._ending.add(key[1])
        held = [
            (kind, obj)
            for kind in self._objects.kinds
            if kind.namespaced
            for obj in self._objects.listing(kind.resource, key[1])
        ]
        for kind, obj in held:
            if not is_terminating(obj):
                self._objects.delete(kind, obj, Deletion())
        if all(self._objects.get(kind.resource, key[1], name_of(obj)) is None for kind, obj in held):
            self._ending.discard(key[1])
            self._objects.modify(_NAMESPACES, *key, _let_go)

    def _equip(self, namespace: str) -> None:
        """Gives a namespace what every one has: an account for its pods, and an authority to trust."""
        if self._objects.get(_ACCOUNTS, namespace, "default") is None:
            self._objects.create(_ACCOUNTS, {"metadata": {"name": "default", "namespace": namespace}})
        if self._objects.get(_CONFIGS, namespace, _AUTHORITY) is None:
            meta = {"name": _AUTHORITY, "namespace": namespace}
            self._objects.create(_CONFIGS, {"metadata": meta, "data": {"ca.crt": ""}})


def _let_go(namespace: Object) -> None:
    namespace["spec"]["finalizers"] = []
