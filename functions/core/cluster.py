"""What runs in a cluster, as plain values: nodes, pods, and the workloads that Toban scales."""

from datetime import datetime
from typing import NamedTuple


class Node(NamedTuple):
    """A Kubernetes node of a managed node group.

    Attributes:
        name: Name of the Node object.
        nodegroup: Managed node group that it belongs to.
        ready: Whether its Ready condition is True.
        cordoned: Whether new pods are kept off it.
        cordoned_by_toban: Whether it carries Toban's annotation; a person's cordon does not.
        instance_id: EC2 instance behind it, such as `i-0123`.
        zone: Availability zone, such as `ap-northeast-1a`.
        created_at: When the Node object appeared.
    """

    name: str
    nodegroup: str
    ready: bool
    cordoned: bool
    cordoned_by_toban: bool
    instance_id: str
    zone: str
    created_at: datetime


class Pod(NamedTuple):
    """A pod that a drain has to move; pods of DaemonSets, mirror pods and finished pods never become one.

    Attributes:
        namespace: Kubernetes namespace.
        name: Name within the namespace.
        leaving: Whether it is already being deleted, so that a drain only has to wait for it.
        kept_because: Why a drain must not take it, such as that no controller brings it back; None when it
            may.
        stranger: Whether it is in a namespace that no rule of the cluster covers: its budget is respected,
            and nobody else waits for it.
    """

    namespace: str
    name: str
    leaving: bool = False
    kept_because: str | None = None
    stranger: bool = False


class Bounds(NamedTuple):
    """The replica bounds of a HorizontalPodAutoscaler, and its name."""

    name: str
    min: int
    max: int


class ScaledObject(NamedTuple):
    """A KEDA ScaledObject: its name, and the replicas that it is paused at; None when it scales."""

    name: str
    paused: int | None = None


class Workload(NamedTuple):
    """A Deployment, StatefulSet or Argo Rollout that opted in.

    Attributes:
        kind: `Deployment`, `StatefulSet` or `Rollout`.
        namespace: Kubernetes namespace.
        name: Name within the namespace.
        replicas: Replicas asked for.
        ready: Replicas ready.
        bounds: Its HorizontalPodAutoscaler's bounds; None when none targets it, or when the one that does is
            KEDA's.
        scaled_object: Its KEDA ScaledObject; None when none targets it.
    """

    kind: str
    namespace: str
    name: str
    replicas: int
    ready: int = 0
    bounds: Bounds | None = None
    scaled_object: ScaledObject | None = None

    @property
    def autoscaled(self) -> bool:
        """Returns whether somebody else decides about its replicas while it runs."""
        return self.bounds is not None or self.scaled_object is not None

    @property
    def key(self) -> str:
        """Returns what names it in reasons and pages, such as `Deployment app-production/api-service`."""
        return f"{self.kind} {self.namespace}/{self.name}"


class CronJob(NamedTuple):
    """A CronJob that opted in, and whether it is suspended."""

    namespace: str
    name: str
    suspended: bool

    @property
    def key(self) -> str:
        """Returns what names it in reasons and pages."""
        return f"CronJob {self.namespace}/{self.name}"
