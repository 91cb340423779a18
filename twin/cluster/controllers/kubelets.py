"""The kubelets: pods that are bound start, become ready and end, each after its time."""

from collections.abc import Iterable

from twin.cluster.controllers.loop import Key, Loop
from twin.cluster.shapes import Object, is_terminating, is_true, name_of, namespace_of, set_condition
from twin.cluster.store import Change

_PODS = "pods"


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
        """A pod that has a node."""
        if change.resource == _PODS and change.after["spec"].get("nodeName"):
            yield namespace_of(change.after), name_of(change.after)

    def reconcile(self, key: Key) -> None:
        """Arranges the next step of a pod's life, once."""
        pod = self._loop.objects.get(_PODS, *key)
        if pod is None:
            return
        if is_terminating(pod):
            grace = pod["metadata"]["deletionGracePeriodSeconds"]
            self._arrange("end", pod, min(self._end_s, grace))
        elif pod["status"]["phase"] == "Pending":
            self._arrange("ready", pod, self._ready_s)

    def _arrange(self, step: str, pod: Object, seconds: float) -> None:
        uid = pod["metadata"]["uid"]
        if (step, uid) in self._arranged:
            return
        self._arranged.add((step, uid))
        act = self._end if step == "end" else self._start
        self._loop.later(seconds, lambda: act(namespace_of(pod), name_of(pod), uid), f"kubelet: {step}")

    def _start(self, namespace: str, name: str, uid: str) -> None:
        now = self._loop.objects.clock.now

        def write(obj: Object) -> None:
            if obj["metadata"]["uid"] == uid and not is_terminating(obj) and not is_true(obj, "Ready"):
                obj["status"]["phase"] = "Running"
                for kind in ("Initialized", "ContainersReady", "Ready"):
                    set_condition(obj["status"], now, {"type": kind, "status": "True"})

        self._loop.objects.modify(_PODS, namespace, name, write)

    def _end(self, namespace: str, name: str, uid: str) -> None:
        pod = self._loop.objects.get(_PODS, namespace, name)
        if pod is not None and pod["metadata"]["uid"] == uid:
            self._loop.objects.remove(_PODS, pod)
