"""The numbers of the retention, as data with their defaults."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from functions.core.reading.records import Member, Record, read_record
from functions.core.reading.shapes import Number, Whole

if TYPE_CHECKING:
    from collections.abc import Mapping

SERIES: Final = ("weekly", "monthly", "drill", "before-change")
"""What `toban.dev/series` may say; a snapshot with any other word is not ours."""

FEWEST: Final = 2
"""Newest of each series that stay whatever a policy says."""


class RetentionPolicy(NamedTuple):
    """How many stay, how young is too young, and when a person has to say yes."""

    keep: Mapping[str, int]
    automated_days: int
    youngest_days: int
    most_share_percent: int
    answer_hours: int
    quota_percent: int
    unneeded_days: int
    usd_per_gib_month: float
    replication_minutes: int
    ttl_beyond_sleep_hours: int


_DEFAULTS: Final = {"weekly": 5, "monthly": 3, "drill": 2, "before-change": 2}

POLICY: Final = Record(
    RetentionPolicy,
    {
        "keep": Member(
            Record(
                dict,
                {
                    name: Member(Whole(FEWEST, 1000), f"newest of the series {name} that stay", count)
                    for name, count in _DEFAULTS.items()
                },
            ),
            "how many of each series stay, in each Region and of each database",
            {},
        ),
        "automated_days": Member(Whole(1, 35), "days that RDS keeps its automated backups", 7),
        "youngest_days": Member(Whole(0, 3650), "as old as this, or younger, stays", 7),
        "most_share_percent": Member(
            Whole(0, 100), "more than this share of one series in one Region needs a person's yes", 50
        ),
        "answer_hours": Member(Whole(1, 168), "how long a yes counts; the very end is too late", 24),
        "quota_percent": Member(Whole(1, 100), "share of a limit that pages", 80),
        "unneeded_days": Member(Whole(1, 3650), "snapshots that are not ours are proposed when older", 90),
        "usd_per_gib_month": Member(Number(0, 1000), "price of a GiB for a month", 0.095),
        "replication_minutes": Member(Whole(1, 10_000), "awake minutes that replication may lag", 30),
        "ttl_beyond_sleep_hours": Member(
            Whole(0, 10_000), "hours that a cluster backup must outlast the longest sleep", 48
        ),
    },
)


def read_policy(content: bytes) -> RetentionPolicy:
    """Returns a policy; a member that is missing has its default.

    Raises:
        DocumentInvalid: it breaks the shape.
    """
    policy: RetentionPolicy = read_record(content, POLICY)
    return policy
