"""Turns a snapshot and a mode's layers into the numbers to go to: never above what the environment had awake."""

from dataclasses import replace

from functions.core.capacity import Bounds, CronJob, Layers, Size, Snapshot, Workload
from functions.night_scaling.models import Aim

REDUCED_REPLICAS = 1
"""What `reduced` keeps of each workload: it still answers, without redundancy."""


def aim_for(snapshot: Snapshot, layers: Layers) -> Aim:
    """Returns the numbers of a mode; the layers of `awake` give exactly what was saved."""
    sizes = {name: _size(size, layers.nodegroups) for name, size in snapshot.nodegroups.items()}
    return Aim(
        sizes=sizes,
        workloads=tuple(_workload(workload, layers.workloads) for workload in snapshot.workloads),
        cronjobs=tuple(_cronjob(cronjob, layers.workloads) for cronjob in snapshot.cronjobs),
        database=layers.database,
    )


def _size(saved: Size, nodes: int | None) -> Size:
    """Lowers min and desired; max stays, because EKS refuses a max of 0 and an autoscaler may need the room."""
    if nodes is None:
        return saved
    return replace(saved, min=min(saved.min, nodes), desired=min(saved.desired, nodes))


def _workload(saved: Workload, mode: str) -> Workload:
    if mode == "running":
        return saved
    if mode == "stopped":
        # An autoscaler leaves a workload with no replicas alone, so its bounds can stay.
        return replace(saved, replicas=0)
    return replace(
        saved,
        replicas=min(saved.replicas, REDUCED_REPLICAS),
        bounds=_lower(saved.bounds) if saved.bounds else None,
    )


def _lower(bounds: Bounds) -> Bounds:
    return replace(bounds, min=min(bounds.min, REDUCED_REPLICAS))


def _cronjob(saved: CronJob, mode: str) -> CronJob:
    return replace(saved, suspended=True) if mode == "stopped" else saved
