"""The situation of a recovery: who asked for what, what is known of both Regions, and how far it has come."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


class Request(NamedTuple):
    """What a person asked for; None for what they left out."""

    mode: str
    environment: str
    incident: str | None
    attempt: int
    reason: str | None
    asked_by: str | None
    asked_at: datetime
    outage_declared_at: datetime | None
    rewind_to: datetime | None


class Probe(NamedTuple):
    """One look at the primary from a Region; `status` is None when nothing answered at all."""

    region: str
    at: datetime
    answered: bool
    status: int | None


class LastHeartbeat(NamedTuple):
    """The newest heartbeat known, and when somebody last looked for it."""

    written_at: datetime
    read_at: datetime


class Preflight(NamedTuple):
    """The newest look at the recovery Region's readiness."""

    at: datetime
    green: bool
    red: tuple[str, ...]


class Evidence(NamedTuple):
    """What the gate asks for; `aws_health` is shown and decides nothing."""

    probes: tuple[Probe, ...]
    primary_region: str | None
    last_heartbeat: LastHeartbeat | None
    preflight: Preflight | None
    aws_health: str | None


class Said(NamedTuple):
    """One person's answer; `overrides` names what it is given in spite of."""

    who: str
    says: str
    reason: str
    at: datetime
    digest: str | None
    overrides: tuple[str, ...]


class Aborted(NamedTuple):
    """Who ended the attempt, why and when."""

    who: str
    reason: str
    at: datetime


class TableLock(NamedTuple):
    """The lock of one Region's table: whether the table answers, and who holds it."""

    answers: bool
    held_by: str | None
    leased_until: datetime | None


class Api(NamedTuple):
    """One running API and the epoch that it reads; None when it cannot read it."""

    name: str
    epoch: int | None


class Epochs(NamedTuple):
    """The number in each Region; None when it cannot be read."""

    recovery: int | None
    primary: int | None
    primary_database_closed: bool
    apis: tuple[Api, ...]


class Progress(NamedTuple):
    """How far a step has come; `ended_at` is None while it is at work."""

    name: str
    began_at: datetime
    ended_at: datetime | None
    failed: bool


class PointInTime(NamedTuple):
    """What the replicated automated backups can restore, and the count of row changes up to its end."""

    begin: datetime
    until: datetime
    changes: int | None


class VerifiedSnapshot(NamedTuple):
    """A snapshot in the Region to restore in, and the count of row changes up to it."""

    id: str
    created_at: datetime
    state: str
    verdict: str | None
    changes: int | None


class Choice(NamedTuple):
    """A person's choice of what to restore from."""

    source: str
    who: str
    reason: str
    at: datetime


class Limits(NamedTuple):
    """The numbers of the gates, in minutes."""

    evidence_minutes: int
    failover_approval_minutes: int
    drill_approval_minutes: int
    rto_minutes: int
    alarm_minutes: int
    rpo_minutes: int


class Situation(NamedTuple):
    """All that an answer is made from."""

    now: datetime
    request: Request
    used_names: tuple[str, ...]
    evidence: Evidence
    approval_asked_at: datetime | None
    plan_digest: str
    answers: tuple[Said, ...]
    aborted: Aborted | None
    passed_point_of_no_return_at: datetime | None
    recovery_lock: TableLock
    primary_lock: TableLock
    epochs: Epochs
    progress: tuple[Progress, ...]
    point_in_time: PointInTime | None
    snapshots: tuple[VerifiedSnapshot, ...]
    choice: Choice | None
    durations: Mapping[str, tuple[float, ...]]
    limits: Limits
