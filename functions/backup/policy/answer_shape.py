"""A plan as plain values, and their published shape."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from functions.core.reading.records import Listed, Member, Nullable, Record
from functions.core.reading.shapes import Choice, Flag, Instant, Number, Text

if TYPE_CHECKING:
    from functions.backup.policy.retention import Plan

_SENTENCES: Final = Listed(Text())

PLAN: Final = Record(
    dict,
    {
        "environment": Member(Text(), "whose plan"),
        "aborted": Member(Flag(), "whether something stands against the plan: then nothing is deleted"),
        "aborts": Member(
            Listed(
                Record(
                    dict,
                    {
                        "name": Member(
                            Choice(
                                (
                                    "listing-unreadable",
                                    "listing-cut-off",
                                    "listing-empty",
                                    "too-much-at-once",
                                    "answered-no",
                                )
                            ),
                            "what stands against it",
                        ),
                        "sentence": Member(Text(), "in words"),
                        "answerable": Member(Flag(), "whether a person's yes to `digest` lifts it"),
                    },
                )
            ),
            "why it aborts",
        ),
        "digest": Member(Nullable(Text()), "names the deletions; null: there are none"),
        "proposals_digest": Member(Nullable(Text()), "names the proposals; null: there are none"),
        "items": Member(
            Listed(
                Record(
                    dict,
                    {
                        "region": Member(Text(), "where"),
                        "id": Member(Text(), "its name there"),
                        "series": Member(Nullable(Text()), "its series; null: not ours"),
                        "created_at": Member(Instant(), "when it was made"),
                        "action": Member(Choice(("keep", "delete", "propose")), "what becomes of it"),
                        "planned": Member(
                            Choice(("keep", "delete", "propose")), "the action if nothing stood against it"
                        ),
                        "reasons": Member(_SENTENCES, "why"),
                        "usd_a_month": Member(
                            Nullable(Number(0, 1e12)), "what keeping it costs; null: not asked"
                        ),
                    },
                )
            ),
            "each snapshot, in the order in which they would go",
        ),
        "answers": Member(_SENTENCES, "what people have said, and whether it counts"),
        "pages": Member(
            Listed(
                Record(dict, {"cause": Member(Text(), "by what"), "sentence": Member(Text(), "what is said")})
            ),
            "what whoever is on duty is told",
        ),
    },
)


def to_values(plan: Plan) -> dict[str, Any]:
    """Returns a plan as plain values, as the shape `PLAN` says."""
    items = []
    for item in plan.items:
        values = item._asdict()
        del values["is_copy"]
        items.append({**values, "created_at": item.created_at.isoformat(), "reasons": list(item.reasons)})
    return {
        "environment": plan.environment,
        "aborted": bool(plan.barriers),
        "aborts": [each._asdict() for each in plan.barriers],
        "digest": plan.digest,
        "proposals_digest": plan.proposals_digest,
        "items": items,
        "answers": [each.sentence for each in plan.said],
        "pages": [each._asdict() for each in plan.pages],
    }
