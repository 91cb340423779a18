"""What was found: each Region's listing of snapshots, quotas, sleeps, other copies, and people's answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from functions.core.awake import Sleep


class Hold(NamedTuple):
    """A person keeps a snapshot: who, why, and until when; None for no end."""

    by: str
    reason: str
    until: datetime | None


class Snapshot(NamedTuple):
    """One snapshot as its Region lists it.

    Attributes:
        id: Its name in the Region.
        type: What made it: `manual`, `automated`, `awsbackup`, `shared`, `public`, or `volume` of a disk.
        database: The instance it was taken of, or the volume.
        created_at: When.
        state: The vendor's word for its state.
        tags: Its own tags.
        copy_of: Id of the snapshot that this is a copy of, from another Region; None for an original.
        verdict: Of its newest restore: `PASS`, `FAIL`, `INCONCLUSIVE`, or None when none was tried.
        hold: Who keeps it; None when nobody does.
        gib: Its size in GiB.
    """

    id: str
    type: str
    database: str
    created_at: datetime
    state: str
    tags: Mapping[str, str]
    copy_of: str | None
    verdict: str | None
    hold: Hold | None
    gib: float


class Listing(NamedTuple):
    """One Region's snapshots: how the listing came, how many there were yesterday, and what it holds."""

    region: str
    status: str
    yesterday: int
    snapshots: tuple[Snapshot, ...]


class Quota(NamedTuple):
    """How much of a limit of one Region is used."""

    name: str
    region: str
    used: int
    limit: int


class Answer(NamedTuple):
    """A person's answer to a plan, by the plan's digest."""

    digest: str
    who: str
    says: str
    reason: str
    at: datetime


class ClusterBackups(NamedTuple):
    """One schedule of the cluster's backups: how often, how long each lives, and when the last was made."""

    name: str
    every_minutes: int
    keep_hours: int
    newest_at: datetime | None


class Inventory(NamedTuple):
    """All that a plan is made from.

    Attributes:
        environment: Its name.
        region: Where the environment runs.
        recovery_region: Where copies go; None where there is none.
        listings: One a Region.
        instance_tags: The tags of each database instance: a snapshot that has one of them may have it copied.
        quotas: Limits that are watched.
        answers: What people said.
        sleeps: When the environment slept.
        longest_sleep_hours: The longest sleep that the schedule plans.
        replicated_until: Newest point in time that the recovery Region could restore; None when unknown.
        cluster_backups: The schedules of the cluster's backups.
    """

    environment: str
    region: str
    recovery_region: str | None
    listings: tuple[Listing, ...]
    instance_tags: Mapping[str, Mapping[str, str]]
    quotas: tuple[Quota, ...]
    answers: tuple[Answer, ...]
    sleeps: tuple[Sleep, ...]
    longest_sleep_hours: int
    replicated_until: datetime | None
    cluster_backups: tuple[ClusterBackups, ...]
