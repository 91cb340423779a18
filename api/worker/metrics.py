"""What the worker tells Prometheus: how late it is, what it did, and what died."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

if TYPE_CHECKING:
    from api.worker.queue import Backlog


class Metrics:
    """The worker's metrics in a registry of their own, so that two workers of one test do not share them."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.jobs = Counter(
            "worker_jobs", "Attempts by kind and outcome.", ["kind", "outcome"], registry=self.registry
        )
        self.seconds = Histogram(
            "worker_job_seconds", "Duration of an attempt.", ["kind"], registry=self.registry
        )
        self.queue_age = Gauge(
            "worker_queue_age_seconds", "Wait of the oldest due job.", registry=self.registry
        )
        self.queued = Gauge("worker_queue_jobs", "Jobs by state.", ["state"], registry=self.registry)
        self.beats = Gauge(
            "worker_heartbeat_timestamp_seconds", "Last heartbeat row.", registry=self.registry
        )

    def observe(self, backlog: Backlog) -> None:
        """Publishes what waits."""
        self.queue_age.set(backlog.oldest_s)
        for state, jobs in (("ready", backlog.ready), ("running", backlog.running), ("dead", backlog.dead)):
            self.queued.labels(state).set(jobs)
