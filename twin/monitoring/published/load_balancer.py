"""What the Application Load Balancer publishes, each metric by AWS's reporting criteria.

"CloudWatch metrics for your Application Load Balancer": counts when they are not 0, healthy hosts while any
target is registered, times of the answers that targets gave.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin.alarms.statistics import Samples
from twin.monitoring import load
from twin.monitoring.published.situation import API, count, metric, value

if TYPE_CHECKING:
    from twin.alarms import MetricName
    from twin.monitoring.facts import Pod
    from twin.monitoring.published.situation import Door, Published, Situation

NAMESPACE = "AWS/ApplicationELB"
CALLERS_FAULT = 0.01
"""Of requests, answered with 4xx."""
STEPS = 20
"""Into how many equal parts a minute's answers are cut by their times."""


def answers(situation: Situation) -> Published:
    """Yields requests and answers: targets', and the load balancer's own 503 when none serves."""
    if situation.door is None:
        return
    door, serving = situation.door, situation.serving
    asked = situation.requests * 60
    taken = asked if serving else 0.0
    failed = taken * _failing(serving)
    theirs = (taken - failed) * CALLERS_FAULT
    for name, number in (
        ("HTTPCode_Target_2XX_Count", taken - failed - theirs),
        ("HTTPCode_Target_4XX_Count", theirs),
        ("HTTPCode_Target_5XX_Count", failed),
        ("HTTPCode_ELB_5XX_Count", asked - taken),
        ("RequestCount", taken),
    ):
        yield metric(NAMESPACE, name, LoadBalancer=door.load_balancer), count(number)
    yield _of_targets(door, "RequestCount"), count(taken)


def times(situation: Situation) -> Published:
    """Yields how long the answers took, in seconds: a bad release takes longer, and so does a slow store."""
    if situation.door is None:
        return
    door, serving = situation.door, situation.serving
    held = None
    if serving and situation.requests:
        median = load.median_s(situation.requests, len(serving)) * situation.strain.slowness
        slow = round(STEPS * _share_of_bad(serving))
        held = Samples(
            [
                round(load.time_of_share((step + 0.5) / STEPS, median * (load.BAD_SLOWNESS if bad else 1)), 4)
                for step in range(STEPS)
                for bad in [step * slow // STEPS != (step + 1) * slow // STEPS]
            ]
        )
    yield metric(NAMESPACE, "TargetResponseTime", LoadBalancer=door.load_balancer), held
    yield _of_targets(door, "TargetResponseTime"), held


def targets(situation: Situation) -> Published:
    """Yields how many targets are healthy: pods that are ready, of those that run and are registered."""
    if situation.door is None:
        return
    registered = sum(pod.app == API and pod.phase == "Running" for pod in situation.facts.pods)
    healthy = len(situation.serving)
    shown = registered > 0
    yield _of_targets(situation.door, "HealthyHostCount"), value(healthy if shown else None)
    yield _of_targets(situation.door, "UnHealthyHostCount"), value(registered - healthy if shown else None)


def _of_targets(door: Door, name: str) -> MetricName:
    return metric(NAMESPACE, name, LoadBalancer=door.load_balancer, TargetGroup=door.api_targets)


def _share_of_bad(serving: list[Pod]) -> float:
    return sum(pod.release == load.BAD.image for pod in serving) / len(serving)


def _failing(serving: list[Pod]) -> float:
    """Returns the share of answers that are 5xx."""
    if not serving:
        return 0.0
    bad = _share_of_bad(serving)
    return bad * load.BAD_ERROR_SHARE + (1 - bad) * load.ERROR_SHARE
