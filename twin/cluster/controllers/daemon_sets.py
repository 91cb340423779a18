"""DaemonSets: one pod on every node that takes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin.cluster.controllers.loop import Key, Loop, is_active, owner_key
from twin.cluster.controllers.node_fit import node_fits
from twin.cluster.controllers.pod_templates import pod_from, template_hash
from twin.cluster.objects import Deletion
from twin.cluster.shapes import Object, is_terminating, is_true, labels_of, name_of, namespace_of, put_counts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from twin.cluster.store import Change

_DAEMON, _PODS, _NODES = "daemonsets.apps", "pods", "nodes"
_REVISION = "controller-revision-hash"
_EVERYWHERE = [
    {"key": f"node.kubernetes.io/{key}", "operator": "Exists", "effect": effect}
    for key, effect in (
        ("not-ready", "NoExecute"),
        ("unreachable", "NoExecute"),
        ("disk-pressure", "NoSchedule"),
        ("memory-pressure", "NoSchedule"),
        ("pid-pressure", "NoSchedule"),
        ("unschedulable", "NoSchedule"),
    )
]
"""What a daemon's pod tolerates, so that it also runs where nothing else may (DaemonSet controller)."""


class DaemonSets:
    """The DaemonSet controller."""

    def __init__(self, loop: Loop) -> None:
        self._objects = loop.objects

    def concerns(self, change: Change) -> Iterable[Key]:
        """Names the set itself, the set of a pod, and every set when a node's taints or labels change."""
        if change.resource == _DAEMON:
            yield namespace_of(change.after), name_of(change.after)
        elif change.resource == _PODS:
            yield from owner_key(change, "DaemonSet")
        elif change.resource == _NODES and _accepts(change.before) != _accepts(change.after):
            for daemon_set in self._objects.listing(_DAEMON):
                yield namespace_of(daemon_set), name_of(daemon_set)

    def reconcile(self, key: Key) -> None:
        """Keeps one pod on every node that fits, and none elsewhere."""
        daemon_set = self._objects.get(_DAEMON, *key)
        if daemon_set is None or is_terminating(daemon_set):
            return
        revision = template_hash(daemon_set["spec"]["template"])
        pods = {_place(pod): pod for pod in self._objects.owned(_PODS, daemon_set)}
        probe = {"spec": _spec(daemon_set, "")}
        nodes = [name_of(node) for node in self._objects.listing(_NODES) if not node_fits(probe, node)]
        for node in nodes:
            if node not in pods:
                self._create(key, daemon_set, node, revision)
        for node, pod in pods.items():
            if not (self._may_stay(probe, node) and is_active(pod)) and not is_terminating(pod):
                self._objects.delete(self._objects.kinds.of(_PODS), pod, Deletion())
        self._replace_one(daemon_set, pods, revision)
        self._write_status(key, daemon_set, len(nodes), revision)

    def _may_stay(self, probe: Object, node: str) -> bool:
        """Returns whether a daemon's running pod may stay on a node.

        Only a NoExecute taint drives it off; the pods of lost nodes are collected by others.
        """
        found = self._objects.get(_NODES, "", node)
        if found is None:
            return True
        lasting = [taint for taint in found["spec"].get("taints") or () if taint["effect"] == "NoExecute"]
        return not node_fits(probe, {**found, "spec": {"taints": lasting}})

    def _replace_one(self, daemon_set: Object, pods: dict[str, Object], revision: str) -> None:
        if daemon_set["spec"]["updateStrategy"]["type"] != "RollingUpdate":
            return
        if all(is_true(pod, "Ready") and not is_terminating(pod) for pod in pods.values()):
            old = [pod for pod in pods.values() if labels_of(pod).get(_REVISION) != revision]
            for pod in old[:1]:
                self._objects.delete(self._objects.kinds.of(_PODS), pod, Deletion())

    def _create(self, key: Key, daemon_set: Object, node: str, revision: str) -> None:
        pod = pod_from(daemon_set["spec"]["template"], key[0], daemon_set, prefix=f"{key[1]}-")
        pod["spec"] = _spec(daemon_set, node)
        generation = daemon_set["metadata"]["annotations"]["deprecated.daemonset.template.generation"]
        labels = {_REVISION: revision, "pod-template-generation": generation}
        pod["metadata"]["labels"] = {**labels_of(pod), **labels}
        self._objects.create(_PODS, pod)

    def _write_status(self, key: Key, daemon_set: Object, desired: int, revision: str) -> None:
        pods = [pod for pod in self._objects.owned(_PODS, daemon_set) if is_active(pod)]
        ready = sum(is_true(pod, "Ready") for pod in pods)
        updated = sum(labels_of(pod).get(_REVISION) == revision for pod in pods)

        def write(obj: Object) -> None:
            obj["status"] = {
                "observedGeneration": obj["metadata"]["generation"],
                "desiredNumberScheduled": desired,
                "currentNumberScheduled": len(pods),
                "numberMisscheduled": 0,
                "numberReady": ready,
            }
            counts = {
                "numberAvailable": ready,
                "numberUnavailable": max(0, desired - ready),
                "updatedNumberScheduled": updated,
            }
            put_counts(obj["status"], counts)

        self._objects.modify(_DAEMON, *key, write)


def _accepts(node: Object | None) -> object:
    """Returns what of a node decides whether a daemon runs there."""
    return None if node is None else (node["spec"].get("taints"), labels_of(node))


def _spec(daemon_set: Object, node: str) -> Object:
    """Returns the pod's spec with the daemon's tolerations, bound to a node by affinity as in Kubernetes."""
    spec: Object = {**daemon_set["spec"]["template"]["spec"]}
    spec["tolerations"] = [*(spec.get("tolerations") or ()), *_EVERYWHERE]
    if node:
        term = {"matchFields": [{"key": "metadata.name", "operator": "In", "values": [node]}]}
        required = {"nodeSelectorTerms": [term]}
        spec["affinity"] = {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": required}}
    return spec


def _place(pod: Object) -> str:
    """Returns the node that a daemon's pod was made for."""
    required = pod["spec"]["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]
    return str(required["nodeSelectorTerms"][0]["matchFields"][0]["values"][0])
