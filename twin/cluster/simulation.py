"""The simulated cluster as one thing: objects, controllers and the API, on the twin's clock."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from twin.cluster import administration
from twin.cluster.api.dispatch import Api
from twin.cluster.api.server import Server
from twin.cluster.controllers.autoscaling import Autoscalers
from twin.cluster.controllers.budgets import Budgets
from twin.cluster.controllers.cron_jobs import CronJobs
from twin.cluster.controllers.daemon_sets import DaemonSets
from twin.cluster.controllers.deployments import Deployments
from twin.cluster.controllers.garbage import GarbageCollector
from twin.cluster.controllers.jobs import Jobs
from twin.cluster.controllers.kubelets import Kubelets
from twin.cluster.controllers.loop import Loop
from twin.cluster.controllers.namespaces import Namespaces
from twin.cluster.controllers.node_lifecycle import NodeLifecycle
from twin.cluster.controllers.node_loss import PodGarbage, TaintEviction
from twin.cluster.controllers.replicas import ReplicaSets
from twin.cluster.controllers.scheduling import Scheduler
from twin.cluster.controllers.stateful_sets import StatefulSets
from twin.cluster.nodes import Nodes
from twin.cluster.objects import Clock, Objects
from twin.cluster.readiness import Readiness, ReadinessCounter, ReadinessListener
from twin.cluster.shapes import Object, name_of, namespace_of, quantity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from twin.cluster.api.access import Authenticator
    from twin.cluster.api.gateway import Gateway
    from twin.cluster.machines import Machine
    from twin.timeline import Listener


class SimulatedCluster:
    """A cluster whose workloads roll out, are scheduled, end and are protected by budgets.

    Args:
        clock: The twin's time.
        seed: Fixes every uid and generated name.
        listener: Is told of evictions and refusals; None tells nobody.
        ready_s: Virtual seconds from a pod's binding to its readiness; 20 is an assumption, not measured.
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
        self._readiness = ReadinessCounter(self.objects.store, lambda: clock.now)
        self._loop.on_settled(self._readiness.settled)
        for make in (
            GarbageCollector, Namespaces, NodeLifecycle, TaintEviction, PodGarbage,
            Deployments, StatefulSets, DaemonSets, ReplicaSets, Jobs, CronJobs, Scheduler, Budgets,
        ):  # fmt: skip
            self._loop.add(make(self._loop))
        self._loop.add(Kubelets(self._loop, ready_s, end_s))
        self._autoscalers = Autoscalers(self._loop)
        self._loop.add(self._autoscalers)
        self._api = Api(self.objects, self._lock, self._loop.settle, self._tell)
        self._server: Server | None = None
        self._nodes = Nodes(self._loop)
        for name in ("default", "kube-system", "app-production"):
            self.objects.create("namespaces", {"metadata": {"name": name}})

    def apply(self, *given: Object) -> None:
        """Creates objects as an administrator would, or changes those that are there.

        Raises:
            KeyError: A kind that the cluster does not serve.
        """
        with self._changing():
            administration.apply(self.objects, given)

    def take(self, *given: Object) -> None:
        """Deletes objects as an administrator would; one that is not there is no error."""
        with self._changing():
            administration.take(self.objects, given)

    def set_load(self, kind: str, namespace: str, name: str, **amounts: str) -> None:
        """Lets a workload's pods use so much together: `set_load("Deployment", "web", "api", cpu="1200m")`.

        Its autoscaler follows from now on. Without amounts nobody measures it any more: the replicas stay
        where they are, within the autoscaler's bounds.

        Raises:
            ValueError: An amount is no quantity.
        """
        load = {resource: quantity(amount) for resource, amount in amounts.items()}
        with self._changing():
            self._autoscalers.set_load((kind, namespace, name), load)

    @property
    def readiness(self) -> Readiness:
        """How many nodes and pods are ready now."""
        with self._lock:
            return self._readiness.readiness

    def on_readiness(self, listener: ReadinessListener) -> None:
        """Calls `listener(at, readiness)` at once, and each time the number of ready nodes or pods changes.

        Of several calls at one instant the last one holds. It is called while the cluster is locked: it may
        keep what it is told, and must not wait.
        """
        with self._lock:
            self._readiness.listen(listener)

    def nodes(self, nodegroup: str | None = None) -> list[Object]:
        """Returns the nodes by name, to be read only: those of one node group, or all for None."""
        with self._lock:
            return self._nodes.listing(nodegroup)

    def add_node(self, machine: Machine, *, ready_after_s: float = 0) -> None:
        """Lets a machine join: its node is there at once, tainted, and ready after `ready_after_s`.

        Raises:
            KeyError: The twin does not know the instance type.
        """
        self.apply(self._nodes.new(machine, ready=not ready_after_s))
        if ready_after_s:
            self._nodes.ready_later(machine.name, ready_after_s)

    def terminate_node(self, name: str, *, gone_after_s: float = 60) -> None:
        """Shuts a node's machine down: not ready at once, and its object gone after `gone_after_s`.

        Its pods stop serving with it; what is left of them is collected later. A missing node is no error.
        """
        with self._changing():
            uid = self._nodes.shut_down(name)
        self._nodes.gone_later(name, uid, gone_after_s)

    def silence(self, node: str, *, silent: bool = True) -> None:
        """Lets a node's kubelet say nothing any more, or speak again; a node that is gone is no error."""
        with self._changing():
            self._nodes.say(node, "Unknown" if silent else "True")

    def cordon(self, name: str) -> None:
        """Keeps new pods off a node, as an administrator would; a node that is not there is no error."""
        with self._changing():
            self._nodes.cordon(name)

    def release(self, namespace: str, deployment: str, image: str) -> None:
        """Gives a Deployment's first container another image, as a release does; its pods are rolled over.

        Raises:
            LookupError: There is no such Deployment.
        """

        def write(obj: Object) -> None:
            obj["spec"]["template"]["spec"]["containers"][0].update(image=image)

        with self._changing():
            if self.objects.modify("deployments.apps", namespace, deployment, write) is None:
                raise LookupError(f"no Deployment {namespace}/{deployment} to release to")

    def serve(self, authenticator: Authenticator | None = None) -> str:
        """Answers on loopback until `close`, and returns the URL; no authenticator lets everybody in."""
        self._server = Server(self._api, authenticator)
        return self._server.url

    def serve_behind(self, gateway: Gateway, name: str, authenticator: Authenticator) -> str:
        """Answers behind a gateway that many clusters share, and returns the URL; its owner closes it."""
        return gateway.open(name, self._api, authenticator)

    def close(self) -> None:
        """Stops answering; a second call does nothing."""
        server, self._server = self._server, None
        if server is not None:
            server.close()

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """Holds the lock; afterwards the controllers act on what was changed, and the watches are told."""
        with self._lock:
            yield
            self._loop.settle()
            self._lock.notify_all()

    def _tell(self, pod: Object, what: str, why: str) -> None:
        if self._listener is not None:
            self._listener("pod", f"{namespace_of(pod)}/{name_of(pod)}", what, why)
