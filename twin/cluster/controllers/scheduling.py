"""The scheduler: which node a pod goes to, or the sentence that says why none will do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin.cluster.controllers.placement import Placement
from twin.cluster.shapes import (
    Object,
    condition,
    labels_of,
    name_of,
    namespace_of,
    set_condition,
    stamp,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from twin.cluster.controllers.loop import Key, Loop
    from twin.cluster.store import Change

_PODS, _NODES = "pods", "nodes"
_EVERYBODY = ("", "")
_TOPOLOGY = ("topology.kubernetes.io/region", "topology.kubernetes.io/zone")


class Scheduler:
    """Binds pending pods, in the order of priority and age."""

    def __init__(self, loop: Loop) -> None:
        self._objects = loop.objects

    def concerns(self, change: Change) -> Iterable[Key]:
        """Names everybody, once, when a pod waits, room appears, or a node changes."""
        if change.resource == _PODS:
            waits = change.verb == "ADDED" and not change.after["spec"].get("nodeName")
            ended = change.verb == "DELETED" or change.after["status"].get("phase") in ("Succeeded", "Failed")
            if waits or (ended and change.after["spec"].get("nodeName")):
                yield _EVERYBODY
        elif (
            change.resource == _NODES
            and change.verb != "DELETED"
            and _room(change.before) != _room(change.after)
        ):
            yield _EVERYBODY

    def reconcile(self, key: Key) -> None:
        """Places every pod that can be placed; the others say why not. There is one key: everybody."""
        assert key == _EVERYBODY  # noqa: S101 - no other key is ever given out
        pods = [
            pod
            for pod in self._objects.listing(_PODS)
            if pod["status"]["phase"] not in ("Succeeded", "Failed")
        ]
        waiting = [
            pod
            for pod in pods
            if not pod["spec"].get("nodeName") and "deletionTimestamp" not in pod["metadata"]
        ]
        if not waiting:
            return
        placement = Placement(
            self._objects.listing(_NODES), [pod for pod in pods if pod["spec"].get("nodeName")]
        )
        waiting.sort(
            key=lambda pod: (-(pod["spec"].get("priority") or 0), pod["metadata"]["creationTimestamp"])
        )
        for pod in waiting:
            node, why = placement.place(pod)
            if node:
                self._bind(pod, node)
            else:
                self._refuse(pod, why)

    def _bind(self, pod: Object, node: str) -> None:
        now, place = self._objects.clock.now, self._objects.get(_NODES, "", node)
        known = {} if place is None else labels_of(place)
        # The API server writes on a pod where it has come to (admission plugin PodTopologyLabels).
        where = {key: known[key] for key in _TOPOLOGY if key in known}

        def write(obj: Object) -> None:
            obj["spec"]["nodeName"] = node
            if where:
                obj["metadata"]["labels"] = {**labels_of(obj), **where}
            obj["status"].setdefault("startTime", stamp(now))
            set_condition(obj["status"], now, {"type": "PodScheduled", "status": "True"})

        self._objects.modify(_PODS, namespace_of(pod), name_of(pod), write)

    def _refuse(self, pod: Object, why: str) -> None:
        known = condition(pod, "PodScheduled")
        if known is not None and known.get("message") == why:
            return
        entry = {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": why}
        now = self._objects.clock.now
        self._objects.modify(
            _PODS, namespace_of(pod), name_of(pod), lambda obj: set_condition(obj["status"], now, entry)
        )


def _room(node: Object | None) -> object:
    """Returns what of a node decides where pods go."""
    if node is None:
        return None
    return node["spec"], labels_of(node), (node.get("status") or {}).get("allocatable")
