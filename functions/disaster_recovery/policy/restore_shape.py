"""The published shape of what a verdict is made from, and what no shape can say of it."""

from __future__ import annotations

from typing import Any, Final

from functions.core.inputs.faults import Faults
from functions.core.inputs.records import Listed, Mapped, Member, Nullable, Record, read_record
from functions.core.inputs.shapes import Choice, Flag, Instant, Text, Whole
from functions.disaster_recovery.policy.restore_facts import (
    Counters,
    Heartbeat,
    Limits,
    Manifest,
    ManifestTable,
    Orphans,
    Restored,
    RestoredTable,
    RestoreFacts,
    Sequence,
    Sleep,
)

_COUNT: Final = Whole(0, 2**63 - 1)
_NAMES: Final = Nullable(Listed(Text(), most=100_000))
_DIGESTS: Final = Nullable(Mapped(Text("an image's digest, sha256:…", r"sha256:[0-9a-f]{64}")))
_CHECKSUMS: Final = Member(
    Listed(Text(), most=4096),
    "of the rows last changed before the manifest, in buckets by id; both sides use the same buckets",
    [],
)
_MAX_ID: Final = Member(Nullable(_COUNT), "its highest id; null: it has none", None)

COUNTERS: Final = Record(
    Counters,
    {
        "inserted": Member(_COUNT, "rows ever inserted"),
        "updated": Member(_COUNT, "rows ever updated"),
        "deleted": Member(_COUNT, "rows ever deleted"),
        "rows": Member(
            Nullable(_COUNT), "rows at the same moment; null: nobody counted, and they are reckoned", None
        ),
    },
)


def _known(says: str) -> Member:
    return Member(_NAMES, f"{says}; null: nobody looked", None)


_SHARED: Final[dict[str, Member]] = {
    "identity": Member(Nullable(Text()), "id of the database itself; null: it has none", None),
    "schema_hash": Member(Nullable(Text()), "hash of the schema; null: nobody looked", None),
    "migration": Member(Nullable(Text()), "newest migration; null: nobody looked", None),
    "extensions": _known("extensions of the database"),
    "roles": _known("roles of the server"),
    "grants": _known("grants, each as one text"),
    "cluster_objects": _known("objects of the cluster, such as Deployment/app-production/api-service"),
    "image_digests": Member(_DIGESTS, "digest of each workload's image; null: nobody looked", None),
}

MANIFEST: Final = Record(
    Manifest,
    {
        "environment": Member(Text(), "whose data they are"),
        "taken_at": Member(Instant(), "when it was taken, a heartbeat with it"),
        "tables": Member(
            Mapped(
                Record(
                    ManifestTable,
                    {
                        "rows": Member(_COUNT, "its rows"),
                        "max_id": _MAX_ID,
                        "counters": Member(COUNTERS, "its cumulative counts at the same moment"),
                        "checksums": _CHECKSUMS,
                    },
                )
            ),
            "every table",
        ),
        **_SHARED,
    },
)

RESTORED: Final = Record(
    Restored,
    {
        "completed": Member(Flag(), "whether the restore itself ended without an error"),
        "environment": Member(Nullable(Text()), "whose data they say they are", None),
        "tables": Member(
            Nullable(
                Mapped(
                    Record(
                        RestoredTable,
                        {
                            "rows": Member(_COUNT, "its rows"),
                            "rows_since_heartbeat": Member(
                                _COUNT, "those of them inserted after the newest heartbeat", 0
                            ),
                            "changed_since_heartbeat": Member(
                                _COUNT, "rows changed since, the seconds in which counts lag included", 0
                            ),
                            "max_id": _MAX_ID,
                            "newest_at": Member(Nullable(Instant()), "the newest stamp in it", None),
                            "checksums": _CHECKSUMS,
                        },
                    )
                )
            ),
            "every table; null: nobody looked",
            None,
        ),
        "orphans": Member(
            Nullable(
                Listed(
                    Record(
                        Orphans,
                        {
                            "constraint": Member(Text(), "the foreign key"),
                            "rows": Member(_COUNT, "rows that lead nowhere"),
                        },
                    )
                )
            ),
            "each foreign key; null: nobody looked",
            None,
        ),
        "sequences": Member(
            Nullable(
                Listed(
                    Record(
                        Sequence,
                        {
                            "name": Member(Text(), "of the sequence"),
                            "last_value": Member(_COUNT, "the last it gave; 0: none yet"),
                            "max_id": Member(_COUNT, "highest id of its column; 0: none"),
                        },
                    )
                )
            ),
            "each sequence; null: nobody looked",
            None,
        ),
        **_SHARED,
        "names_of_lost_region": _known("objects that still name the lost Region"),
        "smoke_passed": Member(
            Nullable(Flag()), "whether sign in, write, read back succeeded; null: not tried", None
        ),
    },
)

RESTORE: Final = Record(
    RestoreFacts,
    {
        "environment": Member(Text(), "whose data they should be"),
        "scope": Member(
            Choice(("database", "full-stack", "failover", "rewind")),
            "what was restored: a drill of the database, one of everything, or in earnest",
            "database",
        ),
        "chain": Member(Mapped(Text()), "ids of the evidence: `backup`, `copy`, `restore`", {}),
        "restore_point": Member(Instant(), "the moment restored to: the snapshot's, or the one asked for"),
        "outage_declared_at": Member(
            Nullable(Instant()), "when a person says the outage began; null: the RPO is not measured", None
        ),
        "rewind_to": Member(Nullable(Instant()), "in a rewind, the moment a person named", None),
        "service_back_at": Member(Nullable(Instant()), "end of the first smoke journey", None),
        "environment_green_at": Member(Nullable(Instant()), "the same, served by the cluster", None),
        "manifest": Member(Nullable(MANIFEST), "null: there is none", None),
        "heartbeat": Member(
            Nullable(
                Record(
                    Heartbeat,
                    {
                        "written_at": Member(Instant(), "when the worker wrote it"),
                        "counters": Member(Mapped(COUNTERS), "cumulative counts of each table"),
                    },
                )
            ),
            "the newest in the restored database; null: none",
            None,
        ),
        "restored": Member(Nullable(RESTORED), "what was found; null: nobody looked", None),
        "leftovers": _known("what a drill left behind"),
        "sleeps": Member(
            Listed(
                Record(
                    Sleep,
                    {
                        "begin": Member(Instant(), "when it fell asleep"),
                        "end": Member(Nullable(Instant()), "when it woke; null: it sleeps", None),
                    },
                )
            ),
            "when the environment slept: nothing was written, so nothing ages",
            [],
        ),
        "limits": Member(
            Record(
                Limits,
                {
                    "rpo_minutes": Member(Whole(1, 100_000), "most that may be lost", 60),
                    "rto_minutes": Member(Whole(1, 100_000), "longest that it may take", 60),
                },
            ),
            "what is promised",
            {},
        ),
    },
)


def read_restore_facts(content: bytes) -> RestoreFacts:
    """Returns what a verdict is made from.

    Raises:
        InputRefused: it breaks the shape, or contradicts itself.
    """
    found: RestoreFacts = read_record(content, RESTORE)
    faults = Faults()
    if (found.scope == "rewind") != (found.rewind_to is not None):
        faults.add("$.rewind_to", 'belongs to scope "rewind", and has to be there then')
    _refuse_too_many_new_rows(found.restored, faults)
    faults.refuse_if_any()
    return found


def _refuse_too_many_new_rows(restored: Any, faults: Faults) -> None:
    for name, table in (restored.tables or {}).items() if restored else ():
        if table.rows_since_heartbeat > table.rows:
            faults.add(f"$.restored.tables.{name}.rows_since_heartbeat", "is more than all of its rows")
