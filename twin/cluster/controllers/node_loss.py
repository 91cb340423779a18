"""Pods that leave with their node: evicted by its taints, or collected once it is gone."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from twin.cluster.controllers.node_fit import toleration_of
from twin.cluster.objects import Deletion
from twin.cluster.shapes import Object, is_terminating, name_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from twin.cluster.controllers.loop import Key, Loop
    from twin.cluster.store import Change

_NODES, _PODS = "nodes", "pods"

QUARANTINE_S = 40
"""How long a pod outlives its node object (Kubernetes: pod garbage collector, quarantineTime)."""


class TaintEviction:
    """The taint eviction controller: NoExecute taints drive pods off, at once or after what they tolerate."""

    def __init__(self, loop: Loop) -> None:
        self._loop = loop
        self._seen: dict[tuple[str, str], datetime] = {}

    def concerns(self, change: Change) -> Iterable[Key]:
        """Names a node whose taints changed, and the node of a pod that was bound."""
        if change.verb == "DELETED":
            return
        if change.resource == _NODES and _taints(change.before) != _taints(change.after):
            yield "", name_of(change.after)
        elif change.resource == _PODS and _bound_to(change.before) != _bound_to(change.after):
            yield "", _bound_to(change.after)

    def reconcile(self, key: Key) -> None:
        """Deletes the pods whose time is up, and looks again when the next one's is."""
        node = self._loop.objects.get(_NODES, *key)
        if node is None:
            return
        taints = [taint for taint in node["spec"].get("taints") or () if taint["effect"] == "NoExecute"]
        waits: list[float] = []
        since = self._since(key[1], taints)
        for pod in _pods_on(self._loop, key[1]):
            left = self._left_s(pod, taints, since)
            if left is not None and left <= 0:
                kind = self._loop.objects.kinds.of(_PODS)
                self._loop.objects.delete(kind, pod, Deletion())
            elif left is not None:
                waits.append(left)
        if waits:
            self._loop.later(min(waits), lambda: self._loop.requeue(self, key), "taint eviction")

    def _since(self, node: str, taints: list[Object]) -> dict[str, datetime]:
        """Returns when each taint was first seen: an administrator's says it of itself only rarely."""
        now, keys = self._loop.objects.clock.now, {taint["key"] for taint in taints}
        for place in [place for place in self._seen if place[0] == node and place[1] not in keys]:
            del self._seen[place]
        return {key: self._seen.setdefault((node, key), now) for key in keys}

    def _left_s(self, pod: Object, taints: list[Object], since: dict[str, datetime]) -> float | None:
        """Returns the seconds that a pod may stay; None for ever."""
        now = self._loop.objects.clock.now
        left: list[float] = []
        for taint in taints:
            toleration = toleration_of(pod, taint)
            if toleration is None:
                return 0
            if toleration.get("tolerationSeconds") is not None:
                until = since[taint["key"]] + timedelta(seconds=toleration["tolerationSeconds"])
                left.append((until - now).total_seconds())
        return min(left, default=None)


class PodGarbage:
    """The pod garbage collector: what was bound to a node that no longer exists goes too."""

    def __init__(self, loop: Loop) -> None:
        self._loop = loop
        self._arranged: set[str] = set()

    def concerns(self, change: Change) -> Iterable[Key]:
        """Names a node that went, and a pod that is bound to none that exists."""
        if change.resource == _NODES and change.verb == "DELETED":
            yield "", name_of(change.after)
        elif change.resource == _PODS and change.verb != "DELETED":
            node = _bound_to(change.after)
            if node and self._loop.objects.get(_NODES, "", node) is None:
                yield "", node

    def reconcile(self, key: Key) -> None:
        """Arranges the collection, once for each node."""
        node = key[1]
        if node in self._arranged or not _pods_on(self._loop, node, ending=True):
            return
        self._arranged.add(node)
        self._loop.later(QUARANTINE_S, lambda: self._collect(node), "pod garbage collection")

    def _collect(self, node: str) -> None:
        self._arranged.discard(node)
        if self._loop.objects.get(_NODES, "", node) is None:
            for pod in _pods_on(self._loop, node, ending=True):
                self._loop.objects.remove(_PODS, pod)


def _pods_on(loop: Loop, node: str, *, ending: bool = False) -> list[Object]:
    return [
        pod
        for pod in loop.objects.listing(_PODS)
        if _bound_to(pod) == node and (ending or not is_terminating(pod))
    ]


def _bound_to(pod: Object | None) -> str:
    return "" if pod is None else pod["spec"].get("nodeName") or ""


def _taints(node: Object | None) -> object:
    return None if node is None else node["spec"].get("taints")
