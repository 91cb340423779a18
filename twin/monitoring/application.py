"""What API and worker would expose: pods and releases are the twin's, requests and times the load model's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin.monitoring import load
from twin.monitoring.facts import LOOK_S

if TYPE_CHECKING:
    from twin.monitoring.facts import Facts, Pod
    from twin.monitoring.openmetrics import Samples

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
"""The API's own; a test compares them with `api.metrics`."""
_ROUTE = 'route="/api/v1/tasks",method="GET"'
"""One route stands for all: no rule and no board tells them apart."""
_LIMITED_SHARE = 0.004
"""Of requests, refused by a person's own limit; three times as many while everybody rushes."""
_POOL = load.POOL_MOST
"""A pod's connections to PostgreSQL."""


def api(samples: Samples, facts: Facts) -> None:
    """Exposes requests, limits and connections of each API pod that serves; all share the load evenly."""
    pods = facts.serving("api-service")
    total = load.requests_per_second(facts.at)
    for place, pod in enumerate(pods):
        named = _labels(pod)
        rps = total / len(pods) * (1 + 0.04 * load.ripple(facts.at, place))
        bad = pod.release == load.BAD.image
        median = load.median_s(total, len(pods)) * (load.BAD_SLOWNESS if bad else 1)
        failed = load.BAD_ERROR_SHARE if bad else load.ERROR_SHARE
        _answers(samples, f'{named},{_ROUTE},status="200"', rps * (1 - failed), median)
        _answers(samples, f'{named},{_ROUTE},status="500"', rps * failed, median)
        # Little's law; a median answers for the mean closely enough for whole numbers.
        samples.gauge("http_requests_in_flight", named, round(rps * median * 1.6 + 0.5))
        samples.gauge("db_pool_in_use", named, min(_POOL, round(0.6 + rps * 0.3)))
        rushed = 3 if total > load.BUSY_RPS * 1.5 else 1
        limited = rps * _LIMITED_SHARE * rushed * LOOK_S
        samples.counter("rate_limited_total", f'{named},limit="user"', limited * 0.8)
        samples.counter("rate_limited_total", f'{named},limit="ip"', limited * 0.2)


def worker(samples: Samples, facts: Facts) -> None:
    """Exposes the queue as each worker pod sees it: they share one, and fall behind in a rush."""
    total = load.requests_per_second(facts.at)
    behind = max(total / load.BUSY_RPS - 1.2, 0)
    age = 1.5 + 0.8 * load.ripple(facts.at) + 70 * behind
    for pod in facts.serving("worker-service"):
        named = _labels(pod)
        samples.gauge("worker_queue_age_seconds", named, round(age, 1))
        for state, jobs in (
            ("ready", total * 0.1 + 90 * behind),
            ("running", min(4, total * 0.05)),
            ("dead", 0),
        ):
            samples.gauge("worker_queue_jobs", f'{named},state="{state}"', round(jobs))
        samples.gauge("worker_heartbeat_timestamp_seconds", named, samples.at - 7)


def _answers(samples: Samples, labels: str, rps: float, median: float) -> None:
    within = [(f"{bound}", load.share_within(bound, median)) for bound in BUCKETS]
    more = rps * LOOK_S
    samples.histogram(
        "http_request_duration_seconds",
        labels,
        more,
        seconds=more * median * 1.35,
        within=[*within, ("+Inf", 1.0)],
    )


def _labels(pod: Pod) -> str:
    return f'job="pods",namespace="{pod.namespace}",app="{pod.app}",pod="{pod.name}"'
