"""All that the guard goes by, each source as it was read or as why it could not be."""

from datetime import datetime
from typing import Any, Final, NamedTuple

from functions.chaos.policy.inventory import Cache, Database, Node, Workload


class Unreadable(NamedTuple):
    """Stands for a source that gave no answer, and says why."""

    why: str


class Alarm(NamedTuple):
    """An alarm: its state, the age of its data, and whether it is muted."""

    name: str
    state: str
    period_seconds: int
    last_data_at: datetime | None
    muted: bool


class ErrorBudget(NamedTuple):
    """The error budget: its burn over one hour, and what is left of the month's, in percent."""

    burn_1h: float
    left_percent: float


class Incident(NamedTuple):
    """An incident; one that is open has no end."""

    id: str
    closed_at: datetime | None


class Lease(NamedTuple):
    """Who holds the one lock of the environment, for how long."""

    holder: str
    leased_until: datetime


class Work(NamedTuple):
    """A release, backup, copy or restore: under way, or beginning at an instant."""

    name: str
    begins: datetime | None


class OptedIn(NamedTuple):
    """What its owners have given to experiments, by name."""

    namespaces: tuple[str, ...] = ()
    nodegroups: tuple[str, ...] = ()
    databases: tuple[str, ...] = ()
    caches: tuple[str, ...] = ()


class Closed(NamedTuple):
    """A stretch of the schedule document in which nobody experiments: a holiday, a freeze or a sleep."""

    kind: str
    name: str
    begin: datetime
    end: datetime


class Past(NamedTuple):
    """An earlier run; one without an end is under way."""

    experiment: str
    ended_at: datetime | None


class Finding(NamedTuple):
    """What a run has found, and how far people are with it: `open`, `acknowledged` or `closed`."""

    id: str
    experiment: str
    state: str
    reason: str = ""
    closed_by: str = ""


class Yes(NamedTuple):
    """A person's approval of the document with this digest."""

    who: str
    at: datetime
    digest: str


class Sources(NamedTuple):
    """What is asked before a fault; each is a value, or why it cannot be read.

    Attributes:
        pause: Who switched Toban off and why; empty when nobody has.
        alarms: Alarms of the environment, the document's stop alarms among them.
        error_budget: The error budget.
        incidents: Incidents that are open or were closed in the last hours.
        lock: The one lock; None when it is free.
        releases: Releases of the workload.
        backups: Backups.
        copies: Copies of database snapshots.
        restores: Restores, recoveries and drills.
        opted_in: What may be hit.
        schedule: Holidays, freezes and sleeps of the schedule document, around now.
        history: Earlier runs.
        degraded: What is degraded now, a phrase each.
        findings: Findings of earlier runs.
        workloads: Workloads and their pods.
        nodes: Nodes.
        databases: Databases.
        caches: Caches.
    """

    pause: str | Unreadable
    alarms: tuple[Alarm, ...] | Unreadable
    error_budget: ErrorBudget | Unreadable
    incidents: tuple[Incident, ...] | Unreadable
    lock: Lease | Unreadable | None
    releases: tuple[Work, ...] | Unreadable
    backups: tuple[Work, ...] | Unreadable
    copies: tuple[Work, ...] | Unreadable
    restores: tuple[Work, ...] | Unreadable
    opted_in: OptedIn | Unreadable
    schedule: tuple[Closed, ...] | Unreadable
    history: tuple[Past, ...] | Unreadable
    degraded: tuple[str, ...] | Unreadable
    findings: tuple[Finding, ...] | Unreadable
    workloads: tuple[Workload, ...] | Unreadable
    nodes: tuple[Node, ...] | Unreadable
    databases: tuple[Database, ...] | Unreadable
    caches: tuple[Cache, ...] | Unreadable


SOURCES: Final = Sources._fields


class Facts(NamedTuple):
    """The sources, the instant at which they were read, and a person's yes if there is one."""

    now: datetime
    environment: str
    sources: Sources
    approval: Yes | None = None

    def of(self, source: str) -> Any:
        """Returns what a source said."""
        return getattr(self.sources, source)
