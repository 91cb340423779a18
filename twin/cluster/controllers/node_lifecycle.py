"""The nodes' own life: conditions become taints, and a node that is not ready makes its pods so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin.cluster.machines import conditions
from twin.cluster.pod_defaults import NOT_READY, UNREACHABLE
from twin.cluster.shapes import Object, condition, is_true, name_of, namespace_of, set_condition, stamp
from twin.json_copies import clone

if TYPE_CHECKING:
    from collections.abc import Iterable

    from twin.cluster.controllers.loop import Key, Loop
    from twin.cluster.store import Change

_NODES, _PODS = "nodes", "pods"
UNSCHEDULABLE = "node.kubernetes.io/unschedulable"
NODE_NOT_READY = "NodeNotReady"
"""Why a pod is not ready that would be, if its node were."""
_OURS = (NOT_READY, UNREACHABLE, UNSCHEDULABLE)


class NodeLifecycle:
    """The node lifecycle controller, and the kubelets' first word: a new node that says nothing is ready."""

    def __init__(self, loop: Loop) -> None:
        self._objects = loop.objects

    def concerns(self, change: Change) -> Iterable[Key]:
        """Names a node that came or changed."""
        if change.resource == _NODES and change.verb != "DELETED":
            yield "", name_of(change.after)

    def reconcile(self, key: Key) -> None:
        """Writes conditions where there are none, then taints, then the pods' readiness."""
        node = self._objects.get(_NODES, *key)
        if node is None:
            return
        if condition(node, "Ready") is None:
            self._objects.modify(_NODES, *key, self._introduce)
        node = self._objects.modify(_NODES, *key, self._taint)
        if node is not None and not is_true(node, "Ready"):
            self._mark_pods(key[1])

    def _introduce(self, node: Object) -> None:
        status = node.setdefault("status", {})
        for entry in conditions("True"):
            set_condition(status, self._objects.clock.now, entry)
        status.setdefault("allocatable", clone(status.get("capacity") or {"pods": "110"}))

    def _taint(self, node: Object) -> None:
        old = node["spec"].get("taints") or []
        wanted = _taints(node)
        known = {(taint["key"], taint["effect"]): taint for taint in old}
        kept = [taint for taint in old if taint["key"] not in _OURS]
        now = stamp(self._objects.clock.now)
        fresh = [
            known.get((key, effect), {"key": key, "effect": effect, "timeAdded": now})
            for key, effect in wanted
        ]
        taints = kept + fresh
        if taints:
            node["spec"]["taints"] = taints
        else:
            node["spec"].pop("taints", None)

    def _mark_pods(self, node: str) -> None:
        now = self._objects.clock.now

        def write(pod: Object) -> None:
            entry = {**(condition(pod, "Ready") or {}), "status": "False", "reason": NODE_NOT_READY}
            set_condition(pod["status"], now, entry)

        for pod in self._objects.listing(_PODS):
            if pod["spec"].get("nodeName") == node and is_true(pod, "Ready"):
                self._objects.modify(_PODS, namespace_of(pod), name_of(pod), write)


def _taints(node: Object) -> list[tuple[str, str]]:
    """Returns the taints that a node's state asks for: key and effect."""
    ready = condition(node, "Ready") or {"status": "True"}
    wanted = []
    if ready["status"] != "True":
        key = NOT_READY if ready["status"] == "False" else UNREACHABLE
        wanted += [(key, "NoSchedule"), (key, "NoExecute")]
    if node["spec"].get("unschedulable"):
        wanted.append((UNSCHEDULABLE, "NoSchedule"))
    return wanted
