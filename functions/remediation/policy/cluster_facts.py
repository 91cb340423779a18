"""What was found of a workload and what it stands on, as values; the facts' schema says what each means."""

from datetime import datetime
from typing import NamedTuple


class Gitops(NamedTuple):
    """A controller that applies the workload from a repository."""

    self_heals: bool
    commit: str | None = None


class Workload(NamedTuple):
    """A Deployment or a Rollout."""

    kind: str
    desired: int
    ready: int
    max_unavailable: int
    max_surge: int
    template: str | None = None
    paused: bool = False
    gitops: Gitops | None = None


class Autoscaler(NamedTuple):
    """An autoscaler's bounds, what runs, and what its metrics ask for, whatever its bounds."""

    min: int
    max: int
    current: int
    wanted: int


class Pod(NamedTuple):
    """One pod of the workload."""

    name: str
    ready: bool
    node: str | None = None
    template: str | None = None
    started_at: datetime | None = None
    cpu_percent: float = 0.0
    memory_percent: float = 0.0
    errors_percent: float = 0.0
    p95_ms: float = 0.0
    pending: str | None = None
    crash_looping: bool = False


class Node(NamedTuple):
    """One node of the cluster's pool."""

    name: str
    zone: str
    ready: bool
    cordoned: bool = False
    cordoned_by_us: bool = False
    cpu_percent: float = 0.0
    memory_pressure: bool = False


class Nodegroup(NamedTuple):
    """The node group that the workload's pods run on, and who changes its size or ends its nodes."""

    name: str
    owner: str
    min: int
    desired: int
    max: int


class Room(NamedTuple):
    """Replicas that still fit on the nodes, and instances that the account may still start."""

    pods: int
    instances: int


class Targets(NamedTuple):
    """Healthy targets of the balancer, and pods by name whose target is not."""

    healthy: int
    unhealthy_pods: tuple[str, ...] = ()


class Rollout(NamedTuple):
    """The last roll-out of the workload, whether or not it is over."""

    in_progress: bool
    began: datetime
    deadline: datetime | None = None
    previous_ready: int = 0
