"""The kubelets: bound pods start, become ready and end, each after its time, while their node works."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin.cluster.controllers.node_lifecycle import NODE_NOT_READY
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
from twin.json_copies import clone

if TYPE_CHECKING:
    from collections.abc import Iterable

    from twin.cluster.controllers.loop import Key, Loop
    from twin.cluster.store import Change

_PODS, _NODES = "pods", "nodes"
NEVER_READY = "toban.dev/never-ready"
"""An annotation that keeps a pod from starting: an image that cannot be pulled, as the twin plays it."""
RUNS_FOR, EXITS_WITH = "toban.dev/runs-for-seconds", "toban.dev/exits-with"
"""Annotations of a pod that runs to its end: for how many seconds it runs, and its exit code."""
_RUNS_FOR_S = "30"
"""How long such a pod runs without the annotation: an assumption."""


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
        """Names a pod that has a node, and the pods of a node that works again."""
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
            self._start(pod)
        elif pod["status"]["phase"] == "Running" and pod["spec"]["restartPolicy"] != "Always":
            self._arrange("finish", pod, float(annotations_of(pod).get(RUNS_FOR, _RUNS_FOR_S)))

    def _node_works(self, pod: Object) -> bool:
        # A StatefulSet's pod that was made anew under its name has no node yet.
        node = self._loop.objects.get(_NODES, "", pod["spec"].get("nodeName", ""))
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
                {"end": self._end, "ready": self._start, "finish": self._finish}[step](stored)

        self._loop.later(seconds, act, f"kubelet: {step}")

    def _start(self, pod: Object) -> None:
        now = self._loop.objects.clock.now

        def write(obj: Object) -> None:
            if not is_terminating(obj) and not is_true(obj, "Ready"):
                obj["status"]["phase"] = "Running"
                obj["status"].setdefault("startTime", stamp(now))
                for kind in ("Initialized", "ContainersReady", "Ready"):
                    set_condition(obj["status"], now, {"type": kind, "status": "True"})
                running = {"running": {"startedAt": stamp(now)}}
                obj["status"]["containerStatuses"] = _containers(obj, running, up=True)

        self._loop.objects.modify(_PODS, namespace_of(pod), name_of(pod), write)

    def _finish(self, pod: Object) -> None:
        """Ends a pod that runs to its end; one that was told to go is ended by that."""
        now, code = self._loop.objects.clock.now, int(annotations_of(pod).get(EXITS_WITH, "0"))
        ended = {
            "exitCode": code,
            "reason": "Error" if code else "Completed",
            "startedAt": pod["status"]["startTime"],
            "finishedAt": stamp(now),
        }

        def write(obj: Object) -> None:
            obj["status"]["phase"] = "Failed" if code else "Succeeded"
            for kind in ("ContainersReady", "Ready"):
                reason = "PodFailed" if code else "PodCompleted"
                set_condition(obj["status"], now, {"type": kind, "status": "False", "reason": reason})
            obj["status"]["containerStatuses"] = _containers(obj, {"terminated": ended}, up=False)

        if not is_terminating(pod) and pod["status"]["phase"] == "Running":
            self._loop.objects.modify(_PODS, namespace_of(pod), name_of(pod), write)

    def _end(self, pod: Object) -> None:
        self._loop.objects.remove(_PODS, pod)


def _containers(pod: Object, state: Object, *, up: bool) -> list[Object]:
    return [
        {
            "name": container["name"],
            "image": container["image"],
            "imageID": container["image"],
            "ready": up,
            "started": up,
            "restartCount": 0,
            "state": clone(state),
            "lastState": {},
        }
        for container in pod["spec"]["containers"]
    ]
