"""What can be hit: workloads with their pods, nodes, databases and caches, as plain values."""

from typing import NamedTuple

from functions.chaos.policy.budgets import Budget


class Pod(NamedTuple):
    """A pod, and where it runs."""

    name: str
    ready: bool
    zone: str
    node: str


class Workload(NamedTuple):
    """A workload.

    Attributes:
        namespace: Kubernetes namespace.
        name: Kind and name, such as `Deployment/api-service`.
        desired: Replicas asked for.
        budgets: Its budgets; the strictest counts.
        pods: Its pods.
    """

    namespace: str
    name: str
    desired: int
    budgets: tuple[Budget, ...]
    pods: tuple[Pod, ...]

    @property
    def ready(self) -> tuple[Pod, ...]:
        """Returns its ready pods."""
        return tuple(pod for pod in self.pods if pod.ready)

    @property
    def minimum(self) -> int:
        """Returns how many must stay ready: what its budgets ask, and never less than the last one."""
        return max(1, *(budget.minimum(self.desired) for budget in self.budgets), 0)


class Node(NamedTuple):
    """A node of a node group."""

    name: str
    nodegroup: str
    zone: str
    ready: bool


class Database(NamedTuple):
    """A database instance."""

    name: str
    multi_az: bool
    status: str


class Cache(NamedTuple):
    """A replication group of a cache."""

    name: str
    nodes: int
    multi_az: bool
    status: str
