"""StatefulSets: pods with numbers of their own, made upwards and taken downwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin.cluster.controllers.loop import Key, Loop, is_active, owner_key
from twin.cluster.controllers.pod_templates import pod_from, template_hash
from twin.cluster.objects import Deletion
from twin.cluster.shapes import Object, is_terminating, is_true, labels_of, name_of, namespace_of, put_counts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from twin.cluster.store import Change

_STATEFUL, _PODS = "statefulsets.apps", "pods"
_REVISION = "controller-revision-hash"


class StatefulSets:
    """The StatefulSet controller."""

    def __init__(self, loop: Loop) -> None:
        self._objects = loop.objects

    def concerns(self, change: Change) -> Iterable[Key]:
        """Names the set itself, and the set of a pod."""
        if change.resource == _STATEFUL:
            yield namespace_of(change.after), name_of(change.after)
        elif change.resource == _PODS:
            yield from owner_key(change, "StatefulSet")

    def reconcile(self, key: Key) -> None:
        """Makes pods upwards, deletes downwards, replaces from the top; one at a time when ordered."""
        stateful_set = self._objects.get(_STATEFUL, *key)
        if stateful_set is None or is_terminating(stateful_set):
            return
        pods = {int(name_of(pod).rpartition("-")[2]): pod for pod in self._objects.owned(_PODS, stateful_set)}
        self._move(key, stateful_set, pods)
        self._write_status(key, stateful_set)

    def _move(self, key: Key, stateful_set: Object, pods: dict[int, Object]) -> None:
        spec, revision = stateful_set["spec"], template_hash(stateful_set["spec"]["template"])
        ordered = spec["podManagementPolicy"] == "OrderedReady"
        for place in range(spec["replicas"]):
            pod = pods.get(place)
            if pod is None:
                self._create(key, stateful_set, place, revision)
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

    def _create(self, key: Key, stateful_set: Object, place: int, revision: str) -> None:
        pod = pod_from(stateful_set["spec"]["template"], key[0], stateful_set, name=f"{key[1]}-{place}")
        labels = pod["metadata"].setdefault("labels", {})
        labels |= {
            "statefulset.kubernetes.io/pod-name": f"{key[1]}-{place}",
            "apps.kubernetes.io/pod-index": str(place),
            _REVISION: revision,
        }
        pod["metadata"]["generateName"] = f"{key[1]}-"
        pod["spec"]["hostname"] = f"{key[1]}-{place}"
        if stateful_set["spec"].get("serviceName"):
            pod["spec"]["subdomain"] = stateful_set["spec"]["serviceName"]
        self._objects.create(_PODS, pod)

    def _delete(self, pod: Object) -> None:
        if not is_terminating(pod):
            self._objects.delete(self._objects.kinds.of(_PODS), pod, Deletion())

    def _write_status(self, key: Key, stateful_set: Object) -> None:
        revision = template_hash(stateful_set["spec"]["template"])
        pods = [pod for pod in self._objects.owned(_PODS, stateful_set) if is_active(pod)]
        ready = sum(is_true(pod, "Ready") for pod in pods)
        updated = sum(labels_of(pod).get(_REVISION) == revision for pod in pods)
        known = (stateful_set.get("status") or {}).get("currentRevision")
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
