"""Scales workloads and suspends CronJobs to the desired capacity; changes only what differs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.runs.batch import Outcome, attempt_each

if TYPE_CHECKING:
    from functions.core.cluster import CronJob, Workload
    from functions.core.ports.kubernetes import Cluster
    from functions.night_scaling.policy.models import DesiredCapacity


def scale(cluster: Cluster, desired: DesiredCapacity, *, sleeps: bool) -> Outcome:
    """Scales each workload of the desired capacity.

    A wake gives back what was taken, also to a workload that has opted out meanwhile; a sleep leaves that
    alone.
    """
    if not desired.workloads:
        return Outcome((), (), ())
    beside = () if sleeps else desired.workloads
    now = {workload.key: workload for workload in cluster.workloads(beside=beside)}

    def act(wanted: Workload) -> str | None:
        found = now.get(wanted.key)
        return "; ".join(_scale_one(cluster, wanted, found, sleeps=sleeps)) if found else None

    return attempt_each(desired.workloads, act)


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


def suspend(cluster: Cluster, desired: DesiredCapacity, *, sleeps: bool) -> Outcome:
    """Suspends or resumes each CronJob of the desired capacity, as `scale` does with workloads."""
    if not desired.cronjobs:
        return Outcome((), (), ())
    beside = () if sleeps else desired.cronjobs
    now = {cronjob.key: cronjob for cronjob in cluster.cronjobs(beside=beside)}

    def act(wanted: CronJob) -> str | None:
        found = now.get(wanted.key)
        if found is None or found.suspended == wanted.suspended:
            return None
        cluster.suspend(wanted, suspended=wanted.suspended)
        return f"{'suspended' if wanted.suspended else 'resumed'} {wanted.key}"

    return attempt_each(desired.cronjobs, act)
