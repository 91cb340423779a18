"""The published shape of an inventory, and what no shape can say of it."""

from __future__ import annotations

from collections import Counter
from typing import Final

from functions.backup.policy.inventory import (
    Answer,
    ClusterBackups,
    Hold,
    Inventory,
    Listing,
    Quota,
    Snapshot,
)
from functions.core.awake import sleeps_member
from functions.core.reading.faults import Faults
from functions.core.reading.records import Listed, Mapped, Member, Nullable, Record, read_record
from functions.core.reading.shapes import Choice, Instant, Number, Text, Whole

_REGION: Final = Text("a Region such as ap-northeast-1", r"[a-z]{2}(-[a-z]+){1,3}-\d")
_TAGS: Final = Mapped(Text("a tag's value, at most 256 characters", r"[^\x00-\x1f\x7f]{0,256}"))
_MANY: Final = 1_000_000

SNAPSHOT: Final = Record(
    Snapshot,
    {
        "id": Member(Text(), "its name in its Region"),
        "type": Member(
            Choice(("manual", "automated", "awsbackup", "shared", "public", "volume")),
            "what made it, in AWS's words; `volume` is a snapshot of a disk",
            "manual",
        ),
        "database": Member(Text(), "the instance, or the volume, that it was taken of", "main"),
        "created_at": Member(Instant(), "when it was made"),
        "state": Member(Text(), "AWS's word: `available`, `failed`, or a state that passes", "available"),
        "tags": Member(_TAGS, "its own tags; `toban.dev/series` makes it ours", {}),
        "copy_of": Member(Nullable(Text()), "id of the snapshot in the other Region that it copies", None),
        "verdict": Member(
            Nullable(Choice(("PASS", "FAIL", "INCONCLUSIVE"))), "of its newest restore; null: never", None
        ),
        "hold": Member(
            Nullable(
                Record(
                    Hold,
                    {
                        "by": Member(Text(), "who keeps it"),
                        "reason": Member(Text(), "why"),
                        "until": Member(Nullable(Instant()), "last instant it is kept; null: no end", None),
                    },
                )
            ),
            "a person keeps it",
            None,
        ),
        "gib": Member(Number(0, _MANY), "size in GiB, for the cost of proposals", 0),
    },
)

INVENTORY: Final = Record(
    Inventory,
    {
        "environment": Member(Text(), "name of the environment"),
        "region": Member(_REGION, "where it runs"),
        "recovery_region": Member(Nullable(_REGION), "where copies go; null: nowhere", None),
        "listings": Member(
            Listed(
                Record(
                    Listing,
                    {
                        "region": Member(_REGION, "whose listing it is"),
                        "status": Member(
                            Choice(("complete", "unreadable", "cut-off")), "how it came", "complete"
                        ),
                        "yesterday": Member(
                            Whole(0, _MANY), "how many snapshots it had yesterday; 0 on the first day"
                        ),
                        "snapshots": Member(Listed(SNAPSHOT), "what it holds"),
                    },
                ),
                most=20,
            ),
            "one a Region; one that is missing counts as unreadable",
        ),
        "instance_tags": Member(Mapped(_TAGS), "tags of each database instance, by its name", {}),
        "quotas": Member(
            Listed(
                Record(
                    Quota,
                    {
                        "name": Member(Text(), "such as `manual snapshots`"),
                        "region": Member(_REGION, "where"),
                        "used": Member(Whole(0, _MANY), "how much is used"),
                        "limit": Member(Whole(1, _MANY), "how much may be"),
                    },
                )
            ),
            "limits that are watched",
            [],
        ),
        "answers": Member(
            Listed(
                Record(
                    Answer,
                    {
                        "digest": Member(Text(), "digest of the plan that the person saw"),
                        "who": Member(Text(), "the person"),
                        "says": Member(Choice(("yes", "no")), "the answer"),
                        "reason": Member(
                            Text("a reason, at least one word", r"(?=.*\S)[^\x00-\x1f\x7f]{1,500}"), "why"
                        ),
                        "at": Member(Instant(), "when"),
                    },
                )
            ),
            "what people said to plans",
            [],
        ),
        "sleeps": sleeps_member("when the environment slept: its data did not age"),
        "longest_sleep_hours": Member(Whole(0, 10_000), "the longest planned sleep", 0),
        "replicated_until": Member(
            Nullable(Instant()), "newest point in time that the recovery Region can restore", None
        ),
        "cluster_backups": Member(
            Listed(
                Record(
                    ClusterBackups,
                    {
                        "name": Member(Text(), "of the schedule"),
                        "every_minutes": Member(Whole(1, 100_000), "how often"),
                        "keep_hours": Member(Whole(1, 100_000), "time to live of each backup"),
                        "newest_at": Member(Nullable(Instant()), "end of the newest complete one", None),
                    },
                )
            ),
            "schedules of the cluster's backups",
            [],
        ),
    },
)


def read_inventory(content: bytes) -> Inventory:
    """Returns an inventory.

    Raises:
        DocumentInvalid: it breaks the shape, names a Region that is not the environment's, or anything twice.
    """
    found: Inventory = read_record(content, INVENTORY)
    faults = Faults()
    if found.recovery_region == found.region:
        faults.add("$.recovery_region", "is the Region that the environment runs in; name another, or null")
    regions = Counter(listing.region for listing in found.listings)
    for place, listing in enumerate(found.listings):
        if listing.region not in {found.region, found.recovery_region}:
            faults.add(f"$.listings[{place}].region", "is neither `region` nor `recovery_region`")
        if regions[listing.region] > 1:
            faults.add(f"$.listings[{place}].region", "has two listings; hand in one")
        ids = Counter(each.id for each in listing.snapshots)
        for number, each in enumerate(listing.snapshots):
            if ids[each.id] > 1:
                faults.add(f"$.listings[{place}].snapshots[{number}].id", f"{each.id!r} stands twice")
    for place, sleep in enumerate(found.sleeps):
        if sleep.end and sleep.end < sleep.begin:
            faults.add(f"$.sleeps[{place}].end", "lies before `begin`")
    faults.refuse_if_any()
    return found
