"""A cluster in memory: pods live on the node groups' nodes, and a budget can forbid their eviction."""

from collections.abc import Iterable

from functions.core.cluster import Bounds, CronJob, Node, Pod, ScaledObject, Workload
from functions.core.other_controllers import OtherControllers
from tests.fakes.eks import FakeNodegroups


class FakeCluster:
    """Each node carries one pod of a Deployment nobody opted in, so that a drain has something to do."""

    def __init__(self, groups: FakeNodegroups, workloads: list[Workload], cronjobs: list[CronJob]) -> None:
        self.groups = groups
        self.by_key = {workload.key: workload for workload in workloads}
        self.jobs = {job.key: job for job in cronjobs}
        self.pods = {name: [Pod("kube-system", f"coredns-{name}")] for name in groups.nodes}
        self.forbidden: set[str] = set()
        self.neighbours = OtherControllers()
        self.releases: set[str] = set()
        """Keys of workloads that are between two versions."""
        self.opted_out: set[str] = set()
        """Keys of workloads and CronJobs whose label somebody took away."""
        self.unready: set[str] = set()
        """Keys of workloads whose pods do not become ready."""

    def nodes(self) -> tuple[Node, ...]:
        return tuple(sorted(self.groups.nodes.values(), key=lambda node: node.name))

    def workloads(self, *, beside: Iterable[Workload] = ()) -> tuple[Workload, ...]:
        named = {one.key for one in beside}
        return tuple(
            one._replace(ready=one.replicas if self.groups.nodes and one.key not in self.unready else 0)
            for one in self.by_key.values()
            if one.key not in self.opted_out or one.key in named
        )

    def releasing(self) -> tuple[str, ...]:
        return tuple(sorted(self.releases))

    def cronjobs(self, *, beside: Iterable[CronJob] = ()) -> tuple[CronJob, ...]:
        named = {job.key for job in beside}
        return tuple(job for job in self.jobs.values() if job.key not in self.opted_out or job.key in named)

    def scale(self, workload: Workload, replicas: int) -> None:
        self.by_key[workload.key] = self.by_key[workload.key]._replace(replicas=replicas)

    def bound(self, workload: Workload, bounds: Bounds) -> None:
        self.by_key[workload.key] = self.by_key[workload.key]._replace(bounds=bounds)

    def pause(self, workload: Workload, scaled_object: ScaledObject) -> None:
        self.by_key[workload.key] = self.by_key[workload.key]._replace(scaled_object=scaled_object)

    def other_controllers(self) -> OtherControllers:
        return self.neighbours

    def suspend(self, cronjob: CronJob, *, suspended: bool) -> None:
        self.jobs[cronjob.key] = cronjob._replace(suspended=suspended)

    def cordon(self, node: str, *, by: str) -> None:
        self._mark(node, cordoned=True)

    def uncordon(self, node: str) -> None:
        self._mark(node, cordoned=False)

    def _mark(self, node: str, *, cordoned: bool) -> None:
        if node in self.groups.nodes:
            marked = self.groups.nodes[node]._replace(cordoned=cordoned, cordoned_by_toban=cordoned)
            self.groups.nodes[node] = marked

    def pods_to_evict(self, node: str) -> tuple[Pod, ...]:
        return tuple(self.pods.get(node, ()))

    def evict(self, pod: Pod) -> str | None:
        if pod.name in self.forbidden:
            forbidden = "Cannot evict pod as it would violate the pod's disruption budget."
            return f"{pod.namespace}/{pod.name}: {forbidden}"
        for pods in self.pods.values():
            if pod in pods:
                pods.remove(pod)
        return None
