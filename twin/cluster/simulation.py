"""The simulated cluster as one thing: objects, controllers and the API, on the twin's clock."""

import threading
from collections.abc import Callable

from twin.cluster.api.access import Authenticator
from twin.cluster.api.dispatch import Api
from twin.cluster.api.server import Server
from twin.cluster.controllers.budgets import Budgets
from twin.cluster.controllers.deployments import Deployments
from twin.cluster.controllers.kubelets import Kubelets
from twin.cluster.controllers.loop import Loop
from twin.cluster.controllers.ordered import DaemonSets, StatefulSets
from twin.cluster.controllers.replicas import ReplicaSets
from twin.cluster.controllers.scheduling import Scheduler
from twin.cluster.objects import Clock, Objects
from twin.cluster.shapes import Object, clone, name_of, namespace_of

Listener = Callable[[str, str, str, str], None]
"""Kind, subject, what, why: as the timeline records it."""


class SimulatedCluster:
    """A cluster whose workloads roll out, are scheduled, end and are protected by budgets.

    Args:
        clock: The twin's time.
        seed: Fixes every uid and generated name.
        listener: Is told of evictions and refusals; None tells nobody.
        ready_s: Virtual seconds from a pod's binding to its readiness; 20 is an assumption, not a measurement.
        end_s: Virtual seconds that a pod takes to end; 5 is an assumption as well.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        seed: int = 0,
        listener: Listener | None = None,
        ready_s: float = 20,
        end_s: float = 5,
    ) -> None:
        self._lock = threading.Condition(threading.RLock())
        self._listener = listener
        self.objects = Objects(clock, seed)
        self._loop = Loop(self.objects, self._lock)
        for make in (Deployments, StatefulSets, DaemonSets, ReplicaSets, Scheduler, Budgets):
            self._loop.add(make(self._loop))
        self._loop.add(Kubelets(self._loop, ready_s, end_s))
        self._api = Api(self.objects, self._lock, self._loop.settle, self._tell)
        self._server: Server | None = None
        for name in ("default", "kube-system", "app-production"):
            self.objects.create("namespaces", {"metadata": {"name": name}})

    def apply(self, *given: Object) -> None:
        """Will create objects as an administrator would, and let the controllers act on them.

        Raises:
            KeyError: A kind that the cluster does not serve.
        """
        with self._lock:
            for obj in given:
                kind = self.objects.kinds.named(obj["apiVersion"], obj["kind"])
                if kind is None:
                    raise KeyError(f"the cluster serves no {obj['kind']} of {obj['apiVersion']}")
                self.objects.create(kind.resource, clone(obj))
            self._loop.settle()

    def serve(self, authenticator: Authenticator | None = None) -> str:
        """Will answer on loopback until `close`, and give the URL. No authenticator lets everybody in."""
        self._server = Server(self._api, lambda: authenticator, None)
        return self._server.url

    def close(self) -> None:
        """Will stop answering; a second call does nothing."""
        server, self._server = self._server, None
        if server is not None:
            server.close()

    def _tell(self, pod: Object, what: str, why: str) -> None:
        if self._listener is not None:
            self._listener("pod", f"{namespace_of(pod)}/{name_of(pod)}", what, why)
