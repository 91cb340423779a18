"""ReplicaSets: keep so many pods of one template."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from twin.cluster.controllers.loop import Key, Loop, is_active, owner_key
from twin.cluster.controllers.pod_templates import pod_from
from twin.cluster.objects import Deletion
from twin.cluster.shapes import (
    Object,
    annotations_of,
    condition,
    instant,
    is_terminating,
    is_true,
    name_of,
    namespace_of,
    put_counts,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from twin.cluster.store import Change

_SETS, _PODS = "replicasets.apps", "pods"
_DELETION_COST = "controller.kubernetes.io/pod-deletion-cost"


def available(pod: Object, min_ready_s: int, loop: Loop) -> bool:
    """Returns whether a pod has been ready for long enough."""
    ready = condition(pod, "Ready")
    if ready is None or ready["status"] != "True":
        return False
    return instant(ready["lastTransitionTime"]) + timedelta(seconds=min_ready_s) <= loop.objects.clock.now


class ReplicaSets:
    """The ReplicaSet controller."""

    def __init__(self, loop: Loop) -> None:
        self._loop = loop

    def concerns(self, change: Change) -> Iterable[Key]:
        """Names the set itself, and the set of a pod."""
        if change.resource == _SETS:
            yield namespace_of(change.after), name_of(change.after)
        elif change.resource == _PODS:
            yield from owner_key(change, "ReplicaSet")

    def reconcile(self, key: Key) -> None:
        """Makes or deletes pods, then counts them."""
        objects = self._loop.objects
        replica_set = objects.get(_SETS, *key)
        if replica_set is None:
            return
        pods = [pod for pod in objects.owned(_PODS, replica_set) if is_active(pod)]
        missing = replica_set["spec"]["replicas"] - len(pods)
        if not is_terminating(replica_set):
            for _ in range(missing):
                objects.create(
                    _PODS, pod_from(replica_set["spec"]["template"], key[0], replica_set, prefix=f"{key[1]}-")
                )
            for pod in sorted(pods, key=self._worth)[: max(0, -missing)]:
                objects.delete(objects.kinds.of(_PODS), pod, Deletion())
        self._count(key, replica_set)

    def _worth(self, pod: Object) -> tuple[Any, ...]:
        """Returns a pod's place in the order of going: unscheduled, not running, not ready, cheap, young."""
        cost = int(annotations_of(pod).get(_DELETION_COST, "0"))
        phase = {"Pending": 0, "Unknown": 1}.get(pod["status"]["phase"], 2)
        born = instant(pod["metadata"]["creationTimestamp"]).timestamp()
        return (
            bool(pod["spec"].get("nodeName")), phase, is_true(pod, "Ready"), cost, -born, name_of(pod),
        )  # fmt: skip

    def _count(self, key: Key, replica_set: Object) -> None:
        objects, spec = self._loop.objects, replica_set["spec"]
        owned = objects.owned(_PODS, replica_set)
        pods = [pod for pod in owned if is_active(pod)]
        ending = sum(is_terminating(pod) for pod in owned)
        ready = [pod for pod in pods if is_true(pod, "Ready")]
        wait = spec.get("minReadySeconds") or 0
        old = [pod for pod in ready if available(pod, wait, self._loop)]
        if len(old) < len(ready):
            self._loop.later(wait, lambda: self._loop.requeue(self, key), "ReplicaSet minReadySeconds")

        def write(obj: Object) -> None:
            obj["status"] = {"replicas": len(pods), "observedGeneration": obj["metadata"]["generation"]}
            counts = {
                "fullyLabeledReplicas": len(pods),
                "readyReplicas": len(ready),
                "availableReplicas": len(old),
            }
            put_counts(obj["status"], counts)
            obj["status"]["terminatingReplicas"] = ending

        objects.modify(_SETS, *key, write)
