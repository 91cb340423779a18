"""What is known of a restore: the manifest, the newest heartbeat restored, what was found, and the times."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from functions.core.awake import Sleep


class Counters(NamedTuple):
    """PostgreSQL's cumulative counts of a table's rows: inserted, updated, deleted.

    `rows` is how many the table had at the same moment, where somebody counted; None elsewhere.
    """

    inserted: int
    updated: int
    deleted: int
    rows: int | None


class ManifestTable(NamedTuple):
    """A table at the moment of the manifest.

    Attributes:
        rows: Its rows.
        max_id: Its highest id; None for a table without, or an empty one.
        counters: Its cumulative counts at the same moment.
        checksums: Of its rows that were last changed before the manifest, in buckets by id.
    """

    rows: int
    max_id: int | None
    counters: Counters
    checksums: tuple[str, ...]


class Manifest(NamedTuple):
    """What was there when the manifest was taken. None for what nobody wrote down."""

    environment: str
    taken_at: datetime
    identity: str | None
    schema_hash: str | None
    migration: str | None
    tables: Mapping[str, ManifestTable]
    extensions: tuple[str, ...] | None
    roles: tuple[str, ...] | None
    grants: tuple[str, ...] | None
    cluster_objects: tuple[str, ...] | None
    image_digests: Mapping[str, str] | None


class Heartbeat(NamedTuple):
    """The newest heartbeat in the restored database."""

    written_at: datetime
    counters: Mapping[str, Counters]


class RestoredTable(NamedTuple):
    """A table as restored.

    Attributes:
        rows: Its rows, those inserted since the newest heartbeat among them.
        rows_since_heartbeat: Rows that were inserted after the newest heartbeat.
        changed_since_heartbeat: Rows that were changed since, the seconds included in which counts lag.
        max_id: Its highest id; None for a table without, or an empty one.
        newest_at: The newest stamp in it; None where it has none.
        checksums: Of its rows that were last changed before the manifest, in the manifest's buckets.
    """

    rows: int
    rows_since_heartbeat: int
    changed_since_heartbeat: int
    max_id: int | None
    newest_at: datetime | None
    checksums: tuple[str, ...]


class Sequence(NamedTuple):
    """A sequence: the last value it gave, and the highest id that it should be ahead of."""

    name: str
    last_value: int
    max_id: int


class Orphans(NamedTuple):
    """Rows whose foreign key leads nowhere, by constraint."""

    constraint: str
    rows: int


class Restored(NamedTuple):
    """What was found. None for what nobody looked at.

    Attributes:
        completed: Whether the restore itself ended without an error.
        environment: Whose data they say they are.
        identity: Id of the database itself.
    """

    completed: bool
    environment: str | None
    identity: str | None
    schema_hash: str | None
    migration: str | None
    tables: Mapping[str, RestoredTable] | None
    orphans: tuple[Orphans, ...] | None
    sequences: tuple[Sequence, ...] | None
    extensions: tuple[str, ...] | None
    roles: tuple[str, ...] | None
    grants: tuple[str, ...] | None
    cluster_objects: tuple[str, ...] | None
    image_digests: Mapping[str, str] | None
    names_of_lost_region: tuple[str, ...] | None
    smoke_passed: bool | None


class Limits(NamedTuple):
    """What is promised, in minutes."""

    rpo_minutes: int
    rto_minutes: int


class RestoreFacts(NamedTuple):
    """All that a verdict is made from.

    Attributes:
        environment: Whose data they should be.
        scope: `database`, `full-stack`, `failover` or `rewind`: which evidence is needed.
        chain: Ids of the backup, its copy and the restore, for whoever asks later.
        restore_point: The moment that was restored to.
        outage_declared_at: When a person says the outage began.
        rewind_to: In a rewind, the moment that a person named: the RPO is counted from it.
        service_back_at: End of the first smoke journey through the public name; None: not yet.
        environment_green_at: The same, served by the cluster.
        manifest: None when there is none.
        heartbeat: The newest one restored; None when none was found.
        restored: None when nobody looked.
        leftovers: What the drill left behind; None when nobody looked.
        sleeps: When the environment slept: nothing was written then.
        limits: What is promised.
    """

    environment: str
    scope: str
    chain: Mapping[str, str]
    restore_point: datetime
    outage_declared_at: datetime | None
    rewind_to: datetime | None
    service_back_at: datetime | None
    environment_green_at: datetime | None
    manifest: Manifest | None
    heartbeat: Heartbeat | None
    restored: Restored | None
    leftovers: tuple[str, ...] | None
    sleeps: tuple[Sleep, ...]
    limits: Limits
