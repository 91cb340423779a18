"""The planned recovery: each step's time, the critical path and both figures of the RTO, typical and slow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from functions.core.reading.records import Listed, Member, Record
from functions.core.reading.shapes import Choice, Flag, Number, Text
from functions.disaster_recovery.policy.critical_path import Path, critical_path
from functions.disaster_recovery.policy.durations import Timed, timed
from functions.disaster_recovery.policy.steps import GREEN, SERVICE_BACK

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SOURCES: Final = ("point-in-time", "snapshot")
_MINUTES: Final = Number(0, 1e9)

_CASE: Final = Record(
    dict,
    {
        "service_back_minutes": Member(
            _MINUTES, "from the moment it was asked for to the first smoke journey"
        ),
        "environment_green_minutes": Member(_MINUTES, "the same, served by the cluster"),
        "path_to_service": Member(Listed(Text()), "the chain that decides the first figure"),
        "path_to_green": Member(Listed(Text()), "the chain that decides the second"),
        "within_rto": Member(Flag(), "whether both keep the RTO"),
    },
)

PLANNED: Final = Record(
    dict,
    {
        "source": Member(Choice(SOURCES), "what the database is restored from"),
        "rto_minutes": Member(_MINUTES, "what is promised"),
        "typical": Member(_CASE, "with each step's median"),
        "slow": Member(_CASE, "with each step's slow case"),
        "steps": Member(
            Listed(
                Record(
                    dict,
                    {
                        "name": Member(Text(), "of the step"),
                        "after": Member(Listed(Text()), "what it waits for"),
                        "needs_approval": Member(Flag(), "whether it lies beyond the point of no return"),
                        "minutes": Member(_MINUTES, "typical"),
                        "slow_minutes": Member(_MINUTES, "in the slow case"),
                        "origin": Member(Choice(("recorded", "published")), "whose figures these are"),
                        "begins": Member(_MINUTES, "typical begin, from the moment it was asked for"),
                        "ends": Member(_MINUTES, "typical end"),
                    },
                )
            ),
            "each step",
        ),
    },
)


def planned(
    source: str, recorded: Mapping[str, Sequence[float]], *, rto_minutes: float = 60
) -> dict[str, Any]:
    """Returns the plan as plain values, as the shape `PLANNED` says."""
    each = timed(source, recorded)
    typical = _path(each, slow=False)
    spans = {span.name: span for span in typical.spans}
    return {
        "source": source,
        "rto_minutes": rto_minutes,
        "typical": _case(typical, rto_minutes),
        "slow": _case(_path(each, slow=True), rto_minutes),
        "steps": [
            {
                "name": one.step.name,
                "after": list(one.step.after),
                "needs_approval": one.step.after_the_point,
                "minutes": one.typical,
                "slow_minutes": one.slow,
                "origin": one.origin,
                "begins": round(spans[one.step.name].begin, 2),
                "ends": round(spans[one.step.name].end, 2),
            }
            for one in each
        ],
    }


def _path(each: Sequence[Timed], *, slow: bool) -> Path:
    minutes = {one.step.name: one.slow if slow else one.typical for one in each}
    return critical_path([one.step for one in each], minutes)


def _case(path: Path, rto_minutes: float) -> dict[str, Any]:
    service, green = path.end(SERVICE_BACK), path.end(GREEN)
    return {
        "service_back_minutes": round(service, 2),
        "environment_green_minutes": round(green, 2),
        "path_to_service": list(path.to_service),
        "path_to_green": list(path.to_green),
        "within_rto": max(service, green) <= rto_minutes,
    }
