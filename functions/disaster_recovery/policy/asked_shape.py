"""The published shape of what was asked, what is known, and what people said."""

from __future__ import annotations

from typing import Final

from functions.core.reading.people import SEEN
from functions.core.reading.records import Listed, Member, Nullable, Record
from functions.core.reading.shapes import Choice as OneOf
from functions.core.reading.shapes import Flag, Instant, Text, Whole
from functions.disaster_recovery.policy import situation as facts

MODES: Final = ("dry-run", "drill", "failover", "failback", "rewind")
_NAME: Final = Text("letters, digits and hyphens, at most 40", r"[A-Za-z0-9][A-Za-z0-9-]{0,39}")
_REGION: Final = Text("a Region such as ap-northeast-1", r"[a-z]{2}(-[a-z]+){1,3}-\d")
_REASON: Final = Text("a text, empty when there is none", r"[^\x00-\x1f\x7f\ud800-\udfff]{0,500}")


def maybe(record: Record, says: str) -> Member:
    """Returns a member that may be missing or null, for what is not known."""
    return Member(Nullable(record), f"{says}; null: not known", None)


REQUEST: Final = Record(
    facts.Request,
    {
        "mode": Member(OneOf(MODES), "what is asked for", "dry-run"),
        "environment": Member(_NAME, "what it is asked for, typed by the person"),
        "incident": Member(Nullable(_NAME), "id of the incident", None),
        "attempt": Member(Whole(1, 9999), "which attempt it is", 1),
        "reason": Member(Nullable(_REASON), "why", None),
        "asked_by": Member(Nullable(SEEN), "who asks", None),
        "asked_at": Member(Instant(), "when it was asked for: the rebuild began then"),
        "outage_declared_at": Member(Nullable(Instant()), "when a person says the outage began", None),
        "rewind_to": Member(Nullable(Instant()), "in a rewind, the moment to go back to", None),
    },
)

EVIDENCE: Final = Record(
    facts.Evidence,
    {
        "probes": Member(
            Listed(
                Record(
                    facts.Probe,
                    {
                        "region": Member(_REGION, "where it looked from"),
                        "at": Member(Instant(), "when"),
                        "answered": Member(Flag(), "whether anything answered: a 500 is an answer"),
                        "status": Member(Nullable(Whole(100, 999)), "HTTP status, where there was one", None),
                    },
                )
            ),
            "looks at the primary from outside",
            [],
        ),
        "primary_region": Member(
            Nullable(_REGION), "the primary's: its own probes are not from outside; null: not said", None
        ),
        "last_heartbeat": maybe(
            Record(
                facts.LastHeartbeat,
                {
                    "written_at": Member(Instant(), "when it was written"),
                    "read_at": Member(Instant(), "when somebody last looked for it"),
                },
            ),
            "the newest heartbeat known",
        ),
        "preflight": maybe(
            Record(
                facts.Preflight,
                {
                    "at": Member(Instant(), "when it was made"),
                    "green": Member(Flag(), "whether all is ready"),
                    "red": Member(Listed(Text()), "what is not", []),
                },
            ),
            "the newest pre-flight",
        ),
        "aws_health": Member(Nullable(Text()), "what AWS Health says: shown, decides nothing", None),
    },
)

SAID: Final = Record(
    facts.Said,
    {
        "who": Member(SEEN, "the person"),
        "says": Member(OneOf(("yes", "no")), "the answer"),
        "reason": Member(_REASON, "why; an answer without a reason does not count"),
        "at": Member(Instant(), "when"),
        "digest": Member(Nullable(Text()), "digest of the plan that the person saw; null: this one", None),
        "overrides": Member(Listed(OneOf(("alive", "preflight"))), "what the yes is given in spite of", []),
    },
)
