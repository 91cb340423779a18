"""The published shape of an answer for a situation."""

from __future__ import annotations

from typing import Final

from functions.core.reading.records import Listed, Mapped, Member, Nullable, Record
from functions.core.reading.shapes import Choice, Flag, Instant, Number, Text, Whole
from functions.disaster_recovery.policy.asked_shape import MODES
from functions.disaster_recovery.policy.next_move import MOVES

_SENTENCES: Final = Listed(Text())
_MINUTES: Final = Number(-1e9, 1e9)
_EPOCH: Final = Nullable(Whole(0, 2**63))

_FORECAST: Final = Record(
    dict,
    {
        "source": Member(Choice(("point-in-time", "snapshot")), "with what"),
        "service_back_at": Member(Instant(), "when the service is back"),
        "environment_green_at": Member(Instant(), "when the cluster serves it"),
        "service_minutes": Member(_MINUTES, "from the declared outage"),
        "green_minutes": Member(_MINUTES, "the same"),
        "breach_minutes": Member(_MINUTES, "by how much the RTO is passed; 0: it is kept"),
        "path": Member(Listed(Text()), "what the later figure waits for"),
        "alarm": Member(Flag(), "whether people are told of it"),
    },
)

EXPLAINED: Final = Record(
    dict,
    {
        "name": Member(Text(), "MODE-INCIDENT-ATTEMPT"),
        "mode": Member(Choice(MODES), "what was asked for"),
        "next": Member(
            Record(
                dict,
                {
                    "do": Member(Choice(MOVES), "the one thing that is next"),
                    "why": Member(Text(), "in a sentence"),
                    "meanwhile": Member(Nullable(Choice(("rebuild",))), "what goes on beside it"),
                    "pages": Member(Flag(), "whether whoever is on duty is paged"),
                },
            ),
            "what is next",
        ),
        "gate": Member(
            Record(
                dict,
                {
                    "open": Member(Flag(), "whether the point of no return may be passed now"),
                    "reasons": Member(_SENTENCES, "why not"),
                },
            ),
            "the gate before the point of no return",
        ),
        "approval": Member(
            Record(
                dict,
                {
                    "verdict": Member(Choice(("waiting", "approved", "denied", "expired")), "so far"),
                    "people": Member(Whole(1, 2), "how many are needed, the one asking among two"),
                    "expires_at": Member(Instant(), "first instant that is too late"),
                    "fresh": Member(Flag(), "whether the newest yes is young enough"),
                    "counted": Member(_SENTENCES, "answers that count"),
                    "refused": Member(_SENTENCES, "answers that do not, and why"),
                },
            ),
            "what people said",
        ),
        "source": Member(
            Record(
                dict,
                {
                    "use": Member(Choice(("point-in-time", "snapshot", "none")), "what is restored"),
                    "why": Member(Text(), "in a sentence"),
                    "side_by_side": Member(Listed(Text()), "what is restored at once"),
                    "snapshot": Member(Nullable(Text()), "the newest verified snapshot"),
                    "restore_to": Member(Nullable(Instant()), "the moment that the data come from"),
                    "a_person_may_choose": Member(Flag(), "whether the snapshot may be chosen now"),
                    "loses": Member(
                        Nullable(
                            Record(
                                dict,
                                {
                                    "minutes": Member(_MINUTES, "of data"),
                                    "rows": Member(_EPOCH, "row changes in them; null: not known"),
                                },
                            )
                        ),
                        "what the snapshot would lose beside the point in time",
                    ),
                    "rpo_minutes": Member(Nullable(_MINUTES), "predicted; null: nothing tells"),
                },
            ),
            "what the database is restored from",
        ),
        "locks": Member(
            Record(
                dict,
                {
                    "recovery": Member(Choice(("held", "take", "wait", "unreachable")), "ours"),
                    "primary": Member(Choice(("held", "take over", "unfenced", "left alone")), "theirs"),
                    "sentences": Member(_SENTENCES, "in words"),
                },
            ),
            "locks of both Regions",
        ),
        "epoch": Member(
            Record(
                dict,
                {
                    "newest": Member(_EPOCH, "that can be read"),
                    "raise_to": Member(_EPOCH, "what the fence raises it to; null: nothing to raise"),
                    "primary": Member(
                        Choice(("not yet", "keep-trying", "fenced")), "the lost Region's fence"
                    ),
                    "apis": Member(
                        Mapped(Choice(("writes", "refuses-writes", "reads-only"))), "what each API may do"
                    ),
                },
            ),
            "who may write",
        ),
        "forecasts": Member(Listed(_FORECAST), "with each source"),
        "shown": Member(
            Record(dict, {"aws_health": Member(Nullable(Text()), "what AWS Health says")}),
            "shown, and decides nothing",
        ),
    },
)
