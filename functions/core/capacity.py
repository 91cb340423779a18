"""What an environment consists of, as far as Toban turns it down and up again: plain, frozen values."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from functions.core import names


class Size(NamedTuple):
    """The scaling bounds of a node group, in nodes; EKS wants `0 <= min <= desired <= max` and `max >= 1`."""

    min: int
    desired: int
    max: int


class Nodegroup(NamedTuple):
    """A managed node group as EKS describes it.

    Attributes:
        name: Name within the cluster.
        size: Its bounds.
        status: EKS's word, `ACTIVE` when it takes an update.
        issues: What EKS says is wrong, such as a lack of capacity, a sentence each.
        team: Value of its tag `team`; empty without one.
    """

    name: str
    size: Size
    status: str = "ACTIVE"
    issues: tuple[str, ...] = ()
    team: str = ""


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
    """A pod that a drain has to move; pods of DaemonSets, mirror pods and finished pods never become one."""

    namespace: str
    name: str
    leaving: bool = False
    """Whether it is already being deleted, so that a drain only has to wait for it."""


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
        bounds: Its HorizontalPodAutoscaler's bounds; None when none targets it, or when the one that does is KEDA's.
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


class Phase(StrEnum):
    """How far a snapshot's environment has come on its way down or up."""

    FALLING_ASLEEP = "falling-asleep"
    ASLEEP = "asleep"
    WAKING = "waking"


class Layers(NamedTuple):
    """How far down a mode takes each layer.

    Attributes:
        nodegroups: Nodes to go to in each node group; None leaves the nodes alone.
        workloads: `running` leaves the workloads that opted in alone, `reduced` keeps one replica of each,
            `stopped` keeps none and suspends the CronJobs.
        database: `running` or `stopped`.
    """

    nodegroups: int | None = None
    workloads: str = "running"
    database: str = "running"


class Snapshot(NamedTuple):
    """An environment's capacity as it was awake: written before any change, deleted after a verified wake.

    Attributes:
        mode: Mode of the schedule that it goes to, is in, or comes from.
        layers: That mode's layers.
        phase: How far it has come.
        taken_at: When the capacity was read.
        taken_by: ARN of the execution that read it.
        nodegroups: Size of each node group.
        workloads: Each workload that opted in, with its replicas and its autoscaler's bounds.
        cronjobs: Each CronJob that opted in.
        databases: Identifiers of the database instances that were running.
        attempts: Attempts at `mode` that were given up, in a row.
        retry_at: Earliest time of the next attempt; None for at once.
        settled_at: When its sleep was last verified; None before.
    """

    mode: str
    layers: Layers
    phase: Phase
    taken_at: datetime
    taken_by: str
    nodegroups: Mapping[str, Size]
    workloads: tuple[Workload, ...] = ()
    cronjobs: tuple[CronJob, ...] = ()
    databases: tuple[str, ...] = ()
    attempts: int = 0
    retry_at: datetime | None = None
    settled_at: datetime | None = None


class Lock(NamedTuple):
    """Who may change a target: the execution's ARN, until when, and a counter that only grows."""

    owner: str
    leased_until: datetime
    fence: int


class Note(NamedTuple):
    """What a policy keeps between ticks: plain values, and how often they were written."""

    values: Mapping[str, object]
    revision: int


class TargetRecord(NamedTuple):
    """All that the control table remembers about a target.

    Attributes:
        snapshot: Its capacity as it was awake; None while it is awake.
        lock: The lock as last taken; None when nobody holds it.
        schedule: Text of the schedule document that was applied; None when none ever was.
        last_good_schedule: Text of the last document that could be followed; None when there is none.
        holds: The holds' items as they were written, their sort keys' prefix removed.
        pages: Fingerprints of what a person has already been told.
        notes: What policies keep between ticks, by name.
    """

    snapshot: Snapshot | None = None
    lock: Lock | None = None
    schedule: str | None = None
    last_good_schedule: str | None = None
    holds: tuple[Mapping[str, object], ...] = ()
    pages: frozenset[str] = frozenset()
    notes: Mapping[str, Note] = MappingProxyType({})

    def within(self, shared: "TargetRecord") -> "TargetRecord":
        """Returns the record of a fleet's member: the schedule, the holds and the kill switch are its environment's."""
        notes = {**self.notes, names.PAUSE_NOTE: shared.note(names.PAUSE_NOTE)}
        return self._replace(
            schedule=shared.schedule,
            last_good_schedule=shared.last_good_schedule,
            holds=shared.holds,
            notes=notes,
        )

    def note(self, name: str) -> Note:
        """Returns a note; one that was never written is empty and has revision 0."""
        return self.notes.get(name, Note({}, 0))
