"""StatefulSets and DaemonSets: pods with places of their own, one a number, one a node."""

from collections.abc import Iterable

from twin.cluster.controllers.deployments import template_hash
from twin.cluster.controllers.fitting import node_fits
from twin.cluster.controllers.loop import Key, Loop, is_active, owner_key
from twin.cluster.controllers.replicas import pod_from
from twin.cluster.objects import Deletion
from twin.cluster.shapes import Object, is_terminating, is_true, labels_of, name_of, namespace_of, put_counts
from twin.cluster.store import Change

_STATEFUL, _DAEMON, _PODS, _NODES = "statefulsets.apps", "daemonsets.apps", "pods", "nodes"
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


class StatefulSets:
    """The StatefulSet controller."""

    def __init__(self, loop: Loop) -> None:
        self._objects = loop.objects

    def concerns(self, change: Change) -> Iterable[Key]:
        """The set itself, and the set of a pod."""
        if change.resource == _STATEFUL:
            yield namespace_of(change.after), name_of(change.after)
        elif change.resource == _PODS:
            yield from owner_key(change, "StatefulSet")

    def reconcile(self, key: Key) -> None:
        """Makes pods upwards, deletes downwards, replaces the outdated from the top; one at a time when ordered."""
        wanted = self._objects.get(_STATEFUL, *key)
        if wanted is None or is_terminating(wanted):
            return
        pods = {int(name_of(pod).rpartition("-")[2]): pod for pod in self._objects.owned(_PODS, wanted)}
        self._move(key, wanted, pods)
        self._tell(key, wanted)

    def _move(self, key: Key, wanted: Object, pods: dict[int, Object]) -> None:
        spec, revision = wanted["spec"], template_hash(wanted["spec"]["template"])
        ordered = spec["podManagementPolicy"] == "OrderedReady"
        for place in range(spec["replicas"]):
            pod = pods.get(place)
            if pod is None:
                self._create(key, wanted, place, revision)
            elif not is_active(pod) and not is_terminating(pod):
                self._objects.remove(_PODS, pod)
            if ordered and (pod is None or not is_true(pod, "Ready") or is_terminating(pod)):
                return
        for place in sorted((place for place in pods if place >= spec["replicas"]), reverse=True):
            self._delete(pods[place])
            if ordered:
                return
        self._update(spec, pods, revision)

    def _update(self, spec: Object, pods: dict[int, Object], revision: str) -> None:
        strategy = spec["updateStrategy"]
        if strategy["type"] != "RollingUpdate":
            return
        first = (strategy.get("rollingUpdate") or {}).get("partition") or 0
        for place in sorted(pods, reverse=True):
            pod = pods[place]
            if place >= first and labels_of(pod).get(_REVISION) != revision:
                self._delete(pod)
                return
            if not is_true(pod, "Ready") or is_terminating(pod):
                return

    def _create(self, key: Key, wanted: Object, place: int, revision: str) -> None:
        pod = pod_from(wanted["spec"]["template"], key[0], wanted, name=f"{key[1]}-{place}")
        labels = pod["metadata"].setdefault("labels", {})
        labels |= {
            "statefulset.kubernetes.io/pod-name": f"{key[1]}-{place}",
            "apps.kubernetes.io/pod-index": str(place),
            _REVISION: revision,
        }
        pod["metadata"]["generateName"] = f"{key[1]}-"
        pod["spec"]["hostname"] = f"{key[1]}-{place}"
        if wanted["spec"].get("serviceName"):
            pod["spec"]["subdomain"] = wanted["spec"]["serviceName"]
        self._objects.create(_PODS, pod)

    def _delete(self, pod: Object) -> None:
        if not is_terminating(pod):
            self._objects.delete(self._objects.kinds.of(_PODS), pod, Deletion())

    def _tell(self, key: Key, wanted: Object) -> None:
        revision = template_hash(wanted["spec"]["template"])
        pods = [pod for pod in self._objects.owned(_PODS, wanted) if is_active(pod)]
        ready = sum(is_true(pod, "Ready") for pod in pods)
        updated = sum(labels_of(pod).get(_REVISION) == revision for pod in pods)
        known = (wanted.get("status") or {}).get("currentRevision")
        current = known if known and updated < len(pods) else f"{key[1]}-{revision}"

        def write(obj: Object) -> None:
            obj["status"] = {
                "observedGeneration": obj["metadata"]["generation"],
                "replicas": len(pods),
                "availableReplicas": ready,
                "currentRevision": current,
                "updateRevision": f"{key[1]}-{revision}",
                "collisionCount": 0,
            }
            counts = {
                "readyReplicas": ready,
                "currentReplicas": len(pods) - updated if updated < len(pods) else len(pods),
                "updatedReplicas": updated,
            }
            put_counts(obj["status"], counts)

        self._objects.modify(_STATEFUL, *key, write)


class DaemonSets:
    """The DaemonSet controller."""

    def __init__(self, loop: Loop) -> None:
        self._objects = loop.objects

    def concerns(self, change: Change) -> Iterable[Key]:
        """The set itself, the set of a pod, and every set when a node comes, goes or changes what it accepts."""
        if change.resource == _DAEMON:
            yield namespace_of(change.after), name_of(change.after)
        elif change.resource == _PODS:
            yield from owner_key(change, "DaemonSet")
        elif change.resource == _NODES and _accepts(change.before) != _accepts(change.after):
            for one in self._objects.listing(_DAEMON):
                yield namespace_of(one), name_of(one)

    def reconcile(self, key: Key) -> None:
        """One pod on every node that fits, none elsewhere."""
        wanted = self._objects.get(_DAEMON, *key)
        if wanted is None or is_terminating(wanted):
            return
        revision = template_hash(wanted["spec"]["template"])
        pods = {_place(pod): pod for pod in self._objects.owned(_PODS, wanted)}
        probe = {"spec": _spec(wanted, "")}
        nodes = [name_of(node) for node in self._objects.listing(_NODES) if not node_fits(probe, node)]
        for node in nodes:
            if node not in pods:
                self._create(key, wanted, node, revision)
        for node, pod in pods.items():
            if not (self._may_stay(probe, node) and is_active(pod)) and not is_terminating(pod):
                self._objects.delete(self._objects.kinds.of(_PODS), pod, Deletion())
        self._replace_one(wanted, pods, revision)
        self._tell(key, wanted, len(nodes), revision)

    def _may_stay(self, probe: Object, node: str) -> bool:
        """Only a NoExecute taint drives a running daemon off; the pods of lost nodes are collected by others."""
        found = self._objects.get(_NODES, "", node)
        if found is None:
            return True
        lasting = [taint for taint in found["spec"].get("taints") or () if taint["effect"] == "NoExecute"]
        return not node_fits(probe, {**found, "spec": {"taints": lasting}})

    def _replace_one(self, wanted: Object, pods: dict[str, Object], revision: str) -> None:
        if wanted["spec"]["updateStrategy"]["type"] != "RollingUpdate":
            return
        if all(is_true(pod, "Ready") and not is_terminating(pod) for pod in pods.values()):
            old = [pod for pod in pods.values() if labels_of(pod).get(_REVISION) != revision]
            for pod in old[:1]:
                self._objects.delete(self._objects.kinds.of(_PODS), pod, Deletion())

    def _create(self, key: Key, wanted: Object, node: str, revision: str) -> None:
        pod = pod_from(wanted["spec"]["template"], key[0], wanted, prefix=f"{key[1]}-")
        pod["spec"] = _spec(wanted, node)
        generation = wanted["metadata"]["annotations"]["deprecated.daemonset.template.generation"]
        labels = {_REVISION: revision, "pod-template-generation": generation}
        pod["metadata"]["labels"] = {**labels_of(pod), **labels}
        self._objects.create(_PODS, pod)

    def _tell(self, key: Key, wanted: Object, desired: int, revision: str) -> None:
        pods = [pod for pod in self._objects.owned(_PODS, wanted) if is_active(pod)]
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
    """What of a node decides whether a daemon runs there."""
    return None if node is None else (node["spec"].get("taints"), labels_of(node))


def _spec(wanted: Object, node: str) -> Object:
    """The pod's spec with the daemon's tolerations, bound to a node by affinity as the real controller does."""
    spec: Object = {**wanted["spec"]["template"]["spec"]}
    spec["tolerations"] = [*(spec.get("tolerations") or ()), *_EVERYWHERE]
    if node:
        term = {"matchFields": [{"key": "metadata.name", "operator": "In", "values": [node]}]}
        required = {"nodeSelectorTerms": [term]}
        spec["affinity"] = {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": required}}
    return spec


def _place(pod: Object) -> str:
    """The node that a daemon's pod was made for."""
    required = pod["spec"]["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]
    return str(required["nodeSelectorTerms"][0]["matchFields"][0]["values"][0])
