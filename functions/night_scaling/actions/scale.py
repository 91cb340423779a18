"""Scales workloads and suspends CronJobs to the desired capacity; changes only what differs."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from functions.core.cluster import Workload
    from functions.core.ports.kubernetes import Cluster
    from functions.night_scaling.policy.models import DesiredCapacity


def scale(cluster: Cluster, desired: DesiredCapacity, *, sleeps: bool) -> list[str]:
    """Scales each workload of the desired capacity; returns what was done."""
    now = {workload.key: workload for workload in cluster.workloads()} if desired.workloads else {}
    did: list[str] = []
    for wanted in desired.workloads:
        if wanted.key in now:
            did += _scale_one(cluster, wanted, now[wanted.key], sleeps=sleeps)
    return did


def _scale_one(cluster: Cluster, wanted: Workload, found: Workload, *, sleeps: bool) -> list[str]:
    did = []
    # The bounds go first: an autoscaler would undo replicas outside of its own.
    if wanted.bounds and found.bounds and wanted.bounds != found.bounds:
        cluster.bound(wanted, wanted.bounds)
        did.append(f"bounded {wanted.bounds.name} to {wanted.bounds.min}-{wanted.bounds.max}")
    paused = wanted.scaled_object
    if paused and found.scaled_object and paused != found.scaled_object:
        cluster.pause(wanted, paused)
        did.append(
            f"let KEDA scale {wanted.key} again"
            if paused.paused is None
            else f"paused KEDA at {paused.paused} for {wanted.key}"
        )
    # An autoscaler that has more at work than the number has its reasons.
    enough = not sleeps and found.autoscaled and found.replicas >= wanted.replicas
    if found.replicas != wanted.replicas and not enough:
        cluster.scale(wanted, wanted.replicas)
        did.append(f"scaled {wanted.key} from {found.replicas} to {wanted.replicas}")
    return did


def suspend(cluster: Cluster, desired: DesiredCapacity) -> list[str]:
    """Suspends or resumes each CronJob of the desired capacity; returns what was done."""
    now = {cronjob.key: cronjob for cronjob in cluster.cronjobs()} if desired.cronjobs else {}
    did = []
    for wanted in desired.cronjobs:
        found = now.get(wanted.key)
        if found is not None and found.suspended != wanted.suspended:
            cluster.suspend(wanted, suspended=wanted.suspended)
            did.append(f"{'suspended' if wanted.suspended else 'resumed'} {wanted.key}")
    return did
