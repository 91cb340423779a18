"""The published shape of both Regions: locks, epochs, and how far each step has come."""

from __future__ import annotations

from typing import Final

from functions.core.reading.records import Listed, Member, Nullable, Record
from functions.core.reading.shapes import Choice as OneOf
from functions.core.reading.shapes import Flag, Instant, Text, Whole
from functions.disaster_recovery.policy import situation as facts
from functions.disaster_recovery.policy.steps import names

NUMBER: Final = Nullable(Whole(0, 2**63 - 1))

LOCK: Final = Record(
    facts.TableLock,
    {
        "answers": Member(Flag(), "whether the table answers"),
        "held_by": Member(Nullable(Text()), "name of the execution that holds it; null: nobody", None),
        "leased_until": Member(Nullable(Instant()), "end of the lease; null: it has none", None),
    },
)

EPOCHS: Final = Record(
    facts.Epochs,
    {
        "recovery": Member(NUMBER, "the recovery Region's; null: cannot be read", None),
        "primary": Member(NUMBER, "the primary's; null: cannot be read", None),
        "primary_database_closed": Member(
            Flag(), "whether the primary's database takes no writes", default=False
        ),
        "apis": Member(
            Listed(
                Record(
                    facts.Api,
                    {
                        "name": Member(Text(), "such as lambda, or cluster in ap-northeast-1"),
                        "epoch": Member(NUMBER, "that it reads; null: it cannot", None),
                    },
                )
            ),
            "running APIs",
            [],
        ),
    },
)

PROGRESS: Final = Record(
    facts.Progress,
    {
        "name": Member(OneOf(names()), "of the step"),
        "began_at": Member(Instant(), "when it began"),
        "ended_at": Member(Nullable(Instant()), "when it ended; null: it is at work", None),
        "failed": Member(Flag(), "whether it ended in failure", default=False),
    },
)
