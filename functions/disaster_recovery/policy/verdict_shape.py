"""A verdict as plain values, and their published shape."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from functions.core.reading.records import Listed, Mapped, Member, Nullable, Record
from functions.core.reading.shapes import Choice, Instant, Number, Text, Whole
from functions.disaster_recovery.policy.findings import FAIL, INCONCLUSIVE, PASS
from functions.disaster_recovery.policy.measuring import counted_from

if TYPE_CHECKING:
    from functions.disaster_recovery.policy.restore_facts import RestoreFacts
    from functions.disaster_recovery.policy.verdict import Verdict

_SECONDS: Final = Nullable(Number(-1e12, 1e12))
_ROWS: Final = Whole(-(2**63), 2**63)

VERDICT: Final = Record(
    dict,
    {
        "verdict": Member(Choice((PASS, FAIL, INCONCLUSIVE)), "what the restore has proved"),
        "findings": Member(
            Listed(
                Record(
                    dict,
                    {
                        "name": Member(Text(), "what is wrong, or `no-` and what is not known"),
                        "weight": Member(Choice((FAIL, INCONCLUSIVE)), "what it makes of the verdict"),
                        "sentence": Member(Text(), "in words"),
                    },
                )
            ),
            "all that stands against it",
        ),
        "rpo": Member(
            Record(
                dict,
                {
                    "seconds": Member(_SECONDS, "lost; negative: nothing; null: not measured"),
                    "counted_from": Member(
                        Nullable(Instant()), "the declared outage, or the rewind's moment"
                    ),
                    "newest_heartbeat": Member(Nullable(Instant()), "the row that proves it"),
                },
            ),
            "the declared outage less the newest heartbeat restored",
        ),
        "rto": Member(
            Record(
                dict,
                {
                    "service_back_seconds": Member(_SECONDS, "from the declared outage; null: not measured"),
                    "environment_green_seconds": Member(_SECONDS, "the same, served by the cluster"),
                },
            ),
            "both figures",
        ),
        "accounts": Member(
            Listed(
                Record(
                    dict,
                    {
                        "table": Member(Text(), "its name"),
                        "expected": Member(_ROWS, "rows that must be there"),
                        "found": Member(Nullable(_ROWS), "rows that are; null: no such table"),
                    },
                )
            ),
            "each table up to the newest heartbeat",
        ),
        "chain": Member(Mapped(Text()), "ids of the evidence"),
    },
)


def verdict_values(facts: RestoreFacts, verdict: Verdict) -> dict[str, Any]:
    """Returns a verdict as plain values, as the shape `VERDICT` says."""
    origin, measured = counted_from(facts), verdict.measured
    return {
        "verdict": verdict.verdict,
        "findings": [each._asdict() for each in verdict.findings],
        "rpo": {
            "seconds": measured.rpo_seconds,
            "counted_from": origin.isoformat() if origin else None,
            "newest_heartbeat": facts.heartbeat.written_at.isoformat() if facts.heartbeat else None,
        },
        "rto": {
            "service_back_seconds": measured.service_back_seconds,
            "environment_green_seconds": measured.environment_green_seconds,
        },
        "accounts": [each._asdict() for each in verdict.accounts],
        "chain": dict(facts.chain),
    }
