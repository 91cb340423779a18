"""The published shape of a manifest, and of what is found in a restored database and cluster."""

from __future__ import annotations

from typing import Final

from functions.core.reading.records import Listed, Mapped, Member, Nullable, Record
from functions.core.reading.shapes import Flag, Instant, Text, Whole
from functions.disaster_recovery.policy.restore_facts import (
    Counters,
    Manifest,
    ManifestTable,
    Orphans,
    Restored,
    RestoredTable,
    Sequence,
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


def known(says: str) -> Member:
    """Returns a member that lists names, or is null when nobody looked."""
    return Member(_NAMES, f"{says}; null: nobody looked", None)


_SHARED: Final[dict[str, Member]] = {
    "identity": Member(Nullable(Text()), "id of the database itself; null: it has none", None),
    "schema_hash": Member(Nullable(Text()), "hash of the schema; null: nobody looked", None),
    "migration": Member(Nullable(Text()), "newest migration; null: nobody looked", None),
    "extensions": known("extensions of the database"),
    "roles": known("roles of the server"),
    "grants": known("grants, each as one text"),
    "cluster_objects": known("objects of the cluster, such as Deployment/app-production/api-service"),
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
        "names_of_lost_region": known("objects that still name the lost Region"),
        "smoke_passed": Member(
            Nullable(Flag()), "whether sign in, write, read back succeeded; null: not tried", None
        ),
    },
)
