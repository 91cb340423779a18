"""Turns a snapshot and a mode's layers into the capacity to go to: never more than there was awake."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.night_scaling.policy.models import DesiredCapacity
from functions.night_scaling.policy.nodes_that_stay import sizes_asleep

if TYPE_CHECKING:
    from functions.core.cluster import Bounds, CronJob, ScaledObject, Workload
    from functions.night_scaling.policy.snapshot import Snapshot
    from functions.night_scaling.schedule.model import Layers

REDUCED_REPLICAS = 1
"""What `reduced` keeps of each workload: it still answers, without redundancy."""


def desired_capacity(snapshot: Snapshot, layers: Layers) -> DesiredCapacity:
    """Returns the numbers of a mode; the layers of `awake` give exactly what was saved."""
    return DesiredCapacity(
        sizes=sizes_asleep(snapshot.nodegroups, layers.nodegroups),
        workloads=tuple(_workload(workload, layers.workloads) for workload in snapshot.workloads),
        cronjobs=tuple(_cronjob(cronjob, layers.workloads) for cronjob in snapshot.cronjobs),
        database=layers.database,
    )


def pods_owed(workload: Workload, now: Workload) -> int:
    """Returns how many ready pods a wake owes a workload of the desired capacity.

    What was not ready in the evening cannot be owed in the morning: an illness is not the night's. An
    autoscaler that asks for fewer now, within its bounds, has its reasons: a queue is empty in the morning.

    Args:
        workload: The workload as it is to be.
        now: The workload as it is.
    """
    owed = min(workload.replicas, workload.ready)
    if not workload.autoscaled:
        return owed
    return min(owed, max(now.replicas, workload.bounds.min if workload.bounds else 0))


def _workload(saved: Workload, mode: str) -> Workload:
    if mode == "running":
        return saved
    if mode == "stopped":
        # An autoscaler leaves a workload with no replicas alone, so its bounds can stay.
        return saved._replace(replicas=0, scaled_object=_pause(saved, 0))
    kept = min(saved.replicas, REDUCED_REPLICAS)
    return saved._replace(
        replicas=kept,
        bounds=_lower(saved.bounds) if saved.bounds else None,
        scaled_object=_pause(saved, kept),
    )


def _pause(saved: Workload, replicas: int) -> ScaledObject | None:
    """Pauses KEDA at the number, its own way to be told; one that a person paused lower stays there."""
    if saved.scaled_object is None:
        return None
    before = saved.scaled_object.paused
    return saved.scaled_object._replace(paused=replicas if before is None else min(before, replicas))


def _lower(bounds: Bounds) -> Bounds:
    return bounds._replace(min=min(bounds.min, REDUCED_REPLICAS))


def _cronjob(saved: CronJob, mode: str) -> CronJob:
    return saved._replace(suspended=True) if mode == "stopped" else saved
