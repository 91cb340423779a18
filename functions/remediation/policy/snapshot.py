"""Everything that a decision may know of a service at an instant; each member is a source."""

from datetime import datetime
from typing import NamedTuple

from functions.remediation.policy.burning import Burn
from functions.remediation.policy.cluster_facts import (
    Autoscaler,
    Node,
    Nodegroup,
    Pod,
    Rollout,
    Room,
    Targets,
    Workload,
)
from functions.remediation.policy.ledger import RevisionLedger
from functions.remediation.policy.sources import NOT_READ, Unreadable


class Pause(NamedTuple):
    """The kill switch, when it is set."""

    by: str
    reason: str


class Mute(NamedTuple):
    """An active rule that mutes alarms."""

    name: str
    alarms: tuple[str, ...]
    until: datetime | None = None


class Maintenance(NamedTuple):
    """A stretch in which people work on a service."""

    reason: str
    until: datetime


class Lock(NamedTuple):
    """Who is at work on the service."""

    capability: str
    execution: str
    leased_until: datetime
    experiment: str | None = None
    recovers_by: datetime | None = None


class Metrics(NamedTuple):
    """What the service's own metrics say."""

    requests_per_minute: float = 0.0
    cpu_percent: float = 0.0
    memory_follows: str = "neither"
    errors_from: str = "targets"
    dependency: str | None = None
    database_slow: bool = False


class Database(NamedTuple):
    """Connections, what else uses them, and whether the database answers at all."""

    max_connections: int
    connections: int
    pool_size: int
    others: int
    reserve: int
    pool_floor: int = 1
    available: bool = True


class Session(NamedTuple):
    """One backend of the database."""

    pid: int
    backend_start: datetime
    state: str
    since: datetime
    role: str
    purpose: str = "application"
    pod: str | None = None


class Snapshot(NamedTuple):
    """All sources; None where an answer is "there is none"."""

    pause: Pause | Unreadable | None = None
    mutes: tuple[Mute, ...] | Unreadable = ()
    maintenance: Maintenance | Unreadable | None = None
    lock: Lock | Unreadable | None = None
    asleep: bool | Unreadable = False
    rollout: Rollout | Unreadable | None = None
    workload: Workload | Unreadable = NOT_READ
    autoscaler: Autoscaler | Unreadable | None = NOT_READ
    pods: tuple[Pod, ...] | Unreadable = NOT_READ
    nodes: tuple[Node, ...] | Unreadable = NOT_READ
    nodegroup: Nodegroup | Unreadable = NOT_READ
    room: Room | Unreadable = NOT_READ
    targets: Targets | Unreadable = NOT_READ
    metrics: Metrics | Unreadable = NOT_READ
    database: Database | Unreadable = NOT_READ
    sessions: tuple[Session, ...] | Unreadable = NOT_READ
    ledger: RevisionLedger | Unreadable = NOT_READ
    api_mode: str | Unreadable = NOT_READ
    burn: Burn | Unreadable = NOT_READ
