"""The cluster from inside: nodes, pods, and the workloads that opted in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable

    from functions.core.cluster import Bounds, CronJob, Node, Pod, ScaledObject, Workload
    from functions.core.other_controllers import OtherControllers


class Cluster(Protocol):
    """The Kubernetes API of one cluster; each method is one or a constant number of requests."""

    def nodes(self) -> tuple[Node, ...]:
        """Returns the nodes of all managed node groups, by name."""
        ...

    def workloads(self, *, beside: Iterable[Workload] = ()) -> tuple[Workload, ...]:
        """Returns the Deployments, StatefulSets and Rollouts that opted in, with their bounds, by key.

        Args:
            beside: Workloads that are returned as well, as they are now, although they do not opt in any
                more; those that are gone are left out.
        """
        ...

    def releasing(self) -> tuple[str, ...]:
        """Returns the keys of the Rollouts that opted in and are between two versions."""
        ...

    def cronjobs(self, *, beside: Iterable[CronJob] = ()) -> tuple[CronJob, ...]:
        """Returns the CronJobs that opted in, by key, and those `beside` them as `workloads` does."""
        ...

    def scale(self, workload: Workload, replicas: int) -> None:
        """Asks for a number of replicas; a workload that is gone stays gone."""
        ...

    def bound(self, workload: Workload, bounds: Bounds) -> None:
        """Sets the bounds of the workload's autoscaler; an autoscaler that is gone stays gone."""
        ...

    def pause(self, workload: Workload, scaled_object: ScaledObject) -> None:
        """Pauses the workload's ScaledObject at its number, or lets it scale again.

        One that is gone stays gone.
        """
        ...

    def other_controllers(self) -> OtherControllers:
        """Returns who else scales or restores things in the cluster.

        Kinds that it does not serve are nobody's.
        """
        ...

    def suspend(self, cronjob: CronJob, *, suspended: bool) -> None:
        """Suspends a CronJob or lets it run again; one that is gone stays gone."""
        ...

    def cordon(self, node: str, *, by: str) -> None:
        """Keeps new pods off a node and marks it as cordoned by a capability.

        A node that is gone stays gone.
        """
        ...

    def uncordon(self, node: str) -> None:
        """Lets new pods onto a node again and removes Toban's mark; a node that is gone stays gone."""
        ...

    def pods_to_evict(self, node: str) -> tuple[Pod, ...]:
        """Returns the pods that keep a node from being empty, in order of namespace and name."""
        ...

    def evict(self, pod: Pod) -> str | None:
        """Asks for the pod's eviction.

        Returns:
            None when the pod is on its way or gone; else the API's sentence about what forbids it: its
            budget, two budgets at once, or an admission webhook.

        Raises:
            TemporaryError: The API gave no answer.
        """
        ...
