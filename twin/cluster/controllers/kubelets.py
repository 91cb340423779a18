"""The kubelets: pods that are bound start, become ready and end, each after its time, while their node works."""

from collections.abc import Iterable

from twin.cluster.controllers.loop import Key, Loop
from twin.cluster.controllers.nodes import NODE_NOT_READY
from twin.cluster.shapes import (
    Object,
    annotations_of,
    condition,
    is_terminating,
    is_true,
    name_of,
    namespace_of,
    set_condition,
    stamp,
)
from twin.cluster.store import Change

_PODS, _NODES = "pods", "nodes"
NEVER_READY = "toban.dev/never-ready"
"""An annotation that keeps a pod from starting: an image that cannot be pulled, as the twin plays it."""


class Kubelets:
    """All nodes' kubelets.

    Args:
        loop: The control loop.
        ready_s: Virtual seconds from binding to readiness.
        end_s: Virtual seconds from the beginning of a deletion to its end; the grace period cuts it short.
    """

    def __init__(self, loop: Loop, ready_s: float, end_s: float) -> None:
        self._loop = loop
        self._ready_s = ready_s
        self._end_s = end_s
        self._arranged: set[tuple[str, str]] = set()

    def concerns(self, change: Change) -> Iterable[Key]:
        """A pod that has a node, and the pods of a node that works again."""
        if change.resource == _PODS and change.after["spec"].get("nodeName"):
            yield namespace_of(change.after), name_of(change.after)
        elif (
            change.resource == _NODES
            and change.before is not None
            and is_true(change.after, "Ready") > is_true(change.before, "Ready")
        ):
            for pod in self._loop.objects.listing(_PODS):
                if pod["spec"].get("nodeName") == name_of(change.after):
                    yield namespace_of(pod), name_of(pod)

    def reconcile(self, key: Key) -> None:
        """Arranges the next step of a pod's life, once."""
        pod = self._loop.objects.get(_PODS, *key)
        if pod is None or not self._node_works(pod):
            return
        if is_terminating(pod):
            grace = pod["metadata"]["deletionGracePeriodSeconds"]
            self._arrange("end", pod, min(self._end_s, grace))
        elif pod["status"]["phase"] == "Pending" and NEVER_READY not in annotations_of(pod):
            self._arrange("ready", pod, self._ready_s)
        elif (condition(pod, "Ready") or {}).get("reason") == NODE_NOT_READY:
            self._start(*key, pod["metadata"]["uid"])

    def _node_works(self, pod: Object) -> bool:
        node = self._loop.objects.get(_NODES, "", pod["spec"]["nodeName"])
        return node is not None and is_true(node, "Ready")

    def _arrange(self, step: str, pod: Object, seconds: float) -> None:
        uid = pod["metadata"]["uid"]
        if (step, uid) in self._arranged:
            return
        self._arranged.add((step, uid))

        def act() -> None:
            self._arranged.discard((step, uid))
            stored = self._loop.objects.get(_PODS, namespace_of(pod), name_of(pod))
            if stored is not None and stored["metadata"]["uid"] == uid and self._node_works(stored):
                (self._end if step == "end" else self._start)(namespace_of(pod), name_of(pod), uid)

        self._loop.later(seconds, act, f"kubelet: {step}")

    def _start(self, namespace: str, name: str, uid: str) -> None:
        now = self._loop.objects.clock.now

        def write(obj: Object) -> None:
            if obj["metadata"]["uid"] == uid and not is_terminating(obj) and not is_true(obj, "Ready"):
                obj["status"]["phase"] = "Running"
                obj["status"].setdefault("startTime", stamp(now))
                for kind in ("Initialized", "ContainersReady", "Ready"):
                    set_condition(obj["status"], now, {"type": kind, "status": "True"})
                obj["status"]["containerStatuses"] = [
                    {
                        "name": container["name"],
                        "image": container["image"],
                        "imageID": container["image"],
                        "ready": True,
                        "started": True,
                        "restartCount": 0,
                        "state": {"running": {"startedAt": stamp(now)}},
                    }
                    for container in obj["spec"]["containers"]
                ]

        self._loop.objects.modify(_PODS, namespace, name, write)

    def _end(self, namespace: str, name: str, _uid: str) -> None:
        pod = self._loop.objects.get(_PODS, namespace, name)
        if pod is not None:
            self._loop.objects.remove(_PODS, pod)
