"""The live forecast: what is over, what is at work and what remains, against what was promised."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from functions.disaster_recovery.policy.critical_path import critical_path
from functions.disaster_recovery.policy.durations import timed
from functions.disaster_recovery.policy.restored_data import must_run_again
from functions.disaster_recovery.policy.steps import APPROVAL, DATABASE, GREEN, SERVICE_BACK, recorded_name

if TYPE_CHECKING:
    from datetime import datetime

    from functions.disaster_recovery.policy.situation import Situation


class Forecast(NamedTuple):
    """When both figures are reached with one source, by the typical durations.

    Attributes:
        source: `point-in-time` or `snapshot`.
        service_back_at: End of the first smoke journey.
        environment_green_at: The same, served by the cluster.
        service_minutes: Minutes from the declared outage, or from the request where none was declared.
        green_minutes: The same.
        breach_minutes: By how much the later figure passes the RTO; 0 when it does not.
        path: The chain of steps that the later figure waits for.
    """

    source: str
    service_back_at: datetime
    environment_green_at: datetime
    service_minutes: float
    green_minutes: float
    breach_minutes: float
    path: tuple[str, ...]


def forecast(situation: Situation, source: str) -> Forecast:
    """Returns the forecast with one source; a step that failed is reckoned to begin anew now."""
    origin = situation.request.asked_at
    each = timed(source, situation.durations)
    by_recorded_name = {recorded_name(one.step.name, source): one.step.name for one in each}
    anew = must_run_again(situation, f"{DATABASE}-{source}")
    done = {
        by_recorded_name[step.name]: (
            _minutes(step.began_at - origin),
            _minutes(step.ended_at - origin) if step.ended_at else float("inf"),
        )
        for step in situation.progress
        if step.name in by_recorded_name and not step.failed and step.name not in anew
    }
    minutes = {one.step.name: 0.0 if one.step.name == APPROVAL else one.typical for one in each}
    now = _minutes(situation.now - origin)
    path = critical_path([one.step for one in each], minutes, done=done, now=max(now, 0.0))
    service, green = (origin + timedelta(minutes=path.end(name)) for name in (SERVICE_BACK, GREEN))
    since = situation.request.outage_declared_at or origin
    later = max(_minutes(service - since), _minutes(green - since))
    return Forecast(
        source,
        service,
        green,
        round(_minutes(service - since), 2),
        round(_minutes(green - since), 2),
        round(max(later - situation.limits.rto_minutes, 0.0), 2),
        path.to_green,
    )


def _minutes(span: timedelta) -> float:
    return span.total_seconds() / 60
