"""The published shape of what a verdict is made from, and what no shape can say of it."""

from __future__ import annotations

from typing import Any, Final

from functions.core.awake import sleeps_member
from functions.core.reading.faults import Faults
from functions.core.reading.records import (
    LARGEST_BYTES,
    Mapped,
    Member,
    Nullable,
    Record,
    read_record,
    read_value,
)
from functions.core.reading.shapes import Choice, Instant, Text, Whole
from functions.core.reading.strict_json import read_json
from functions.disaster_recovery.policy.found_shape import COUNTERS, MANIFEST, RESTORED, known
from functions.disaster_recovery.policy.restore_facts import Heartbeat, Limits, RestoreFacts

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
        "leftovers": known("what a drill left behind"),
        "sleeps": sleeps_member("when the environment slept: nothing was written, so nothing ages"),
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
        DocumentInvalid: it breaks the shape, or contradicts itself.
    """
    found: RestoreFacts = read_record(content, RESTORE)
    faults = Faults()
    if (found.scope == "rewind") != (found.rewind_to is not None):
        faults.add("$.rewind_to", 'belongs to scope "rewind", and has to be there then')
    _refuse_too_many_new_rows(found.restored, faults)
    faults.refuse_if_any()
    return found


def read_manifest(content: bytes) -> dict[str, Any]:
    """Returns a manifest as it stands, once it has been found to be one.

    Raises:
        DocumentInvalid: it breaks the shape.
    """
    found: dict[str, Any] = read_json(content, most_bytes=LARGEST_BYTES)
    read_value(found, MANIFEST)
    return found


def _refuse_too_many_new_rows(restored: Any, faults: Faults) -> None:
    for name, table in (restored.tables or {}).items() if restored else ():
        if table.rows_since_heartbeat > table.rows:
            faults.add(f"$.restored.tables.{name}.rows_since_heartbeat", "is more than all of its rows")
