"""All that there is to say of a situation, as plain values: next, gate, approval, source, locks, epoch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.disaster_recovery.policy.epochs import fence
from functions.disaster_recovery.policy.forecast import Forecast, forecast
from functions.disaster_recovery.policy.gate import gate
from functions.disaster_recovery.policy.next_move import next_move
from functions.disaster_recovery.policy.passing import passed_at
from functions.disaster_recovery.policy.requesting import DRILL, DRY_RUN, name_of
from functions.disaster_recovery.policy.sources import Source, choose

if TYPE_CHECKING:
    from functions.disaster_recovery.policy.gate import Gate
    from functions.disaster_recovery.policy.situation import Situation


def explained(situation: Situation) -> dict[str, Any]:
    """Returns the answer for a situation, as the shape `EXPLAINED` says."""
    by_time, by_snapshot = forecast(situation, "point-in-time"), forecast(situation, "snapshot")
    source = choose(situation, by_time, by_snapshot)
    found = gate(situation, source)
    in_earnest = situation.request.mode not in {DRILL, DRY_RUN}
    numbers = fence(situation.epochs, passed=passed_at(situation) is not None, raises=in_earnest)
    return {
        "name": name_of(situation.request),
        "mode": situation.request.mode,
        "next": next_move(situation, found, source)._asdict(),
        "gate": {"open": found.is_open, "reasons": list(found.reasons)},
        "approval": _approval(found),
        "source": _source(source),
        "locks": {
            "recovery": found.exclusion.recovery,
            "primary": found.exclusion.primary,
            "sentences": list(found.exclusion.sentences),
        },
        "epoch": {**numbers._asdict(), "apis": dict(numbers.apis)},
        "forecasts": [_forecast(each, situation) for each in (by_time, by_snapshot)],
        "shown": {"aws_health": situation.evidence.aws_health},
    }


def _approval(found: Gate) -> dict[str, Any]:
    people = found.approved
    return {
        "verdict": str(people.verdict),
        "people": people.people,
        "expires_at": people.expires_at.isoformat(),
        "fresh": people.fresh,
        "counted": list(people.counted),
        "refused": list(people.refused),
    }


def _source(source: Source) -> dict[str, Any]:
    values = source._asdict()
    del values["by_choice"]
    return {
        **values,
        "side_by_side": list(source.side_by_side),
        "restore_to": source.restore_to.isoformat() if source.restore_to else None,
        "loses": source.loses._asdict() if source.loses else None,
    }


def _forecast(each: Forecast, situation: Situation) -> dict[str, Any]:
    return {
        **each._asdict(),
        "service_back_at": each.service_back_at.isoformat(),
        "environment_green_at": each.environment_green_at.isoformat(),
        "path": list(each.path),
        "alarm": max(each.service_minutes, each.green_minutes) > situation.limits.alarm_minutes,
    }
