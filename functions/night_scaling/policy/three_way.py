"""The three-way compare: what was saved, what Toban left behind, and what is there now.

A person's change stays.

Three rules. What Toban never touches, such as a max, is as it is now. What was raised above what Toban left
is needed by somebody: it stays, and the day's number counts where that is higher. What was lowered below what
Toban left is a person's decision and stays, except for a node group whose desired size alone went down: an
autoscaler does that.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple, TypeVar

from functions.core.cluster import Bounds, CronJob, Workload
from functions.core.nodegroups import Nodegroup, Size
from functions.night_scaling.policy.desired_capacity import desired_capacity
from functions.night_scaling.policy.snapshot import Snapshot

_T = TypeVar("_T", Workload, CronJob)


class Found(NamedTuple):
    """What is there now; what is missing here is gone or was not looked at, and stays as it was saved."""

    nodegroups: Mapping[str, Nodegroup]
    workloads: tuple[Workload, ...]
    cronjobs: tuple[CronJob, ...]


def merge(snapshot: Snapshot, found: Found) -> tuple[Snapshot, tuple[str, ...]]:
    """Returns the snapshot with what people changed since its sleep was verified, and a sentence for each.

    Only a verified sleep says what Toban left behind; on a half-done one every difference may be Toban's own.
    """
    left = desired_capacity(snapshot, snapshot.layers)
    changes: list[str] = []
    sizes = dict(snapshot.nodegroups)
    for name, saved in snapshot.nodegroups.items():
        if name in found.nodegroups:
            ours, now = left.sizes[name], found.nodegroups[name].size
            before = ours._replace(desired=snapshot.left.get(name, ours.desired))
            sizes[name] = _size(saved, before, now)
            changes += _described(f"node group {name}", _sized(before), _sized(now), _sized(sizes[name]))
    workloads = _merged(
        snapshot.workloads, left.workloads, found.workloads, choose=_workload, shown=_shown, changes=changes
    )
    cronjobs = _merged(
        snapshot.cronjobs, left.cronjobs, found.cronjobs, choose=_cronjob, shown=_suspended, changes=changes
    )
    return snapshot._replace(nodegroups=sizes, workloads=workloads, cronjobs=cronjobs), tuple(changes)


def _merged(
    saved: Iterable[_T],
    left: Iterable[_T],
    found: Iterable[_T],
    *,
    choose: Callable[[_T, _T, _T], _T],
    shown: Callable[[_T], str],
    changes: list[str],
) -> tuple[_T, ...]:
    now = {item.key: item for item in found}
    kept: list[_T] = []
    for item, before in zip(saved, left, strict=True):
        after = now.get(item.key)
        kept.append(item if after is None else choose(item, before, after))
        if after is not None:
            changes += _described(item.key, shown(before), shown(after), shown(kept[-1]))
    return tuple(kept)


def _number(saved: int, left: int, now: int) -> int:
    if now == left:
        return saved
    return max(saved, now) if now > left else now


def _size(saved: Size, left: Size, now: Size) -> Size:
    highest = max(now.max, 1)
    lowest = min(_number(saved.min, left.min, now.min), highest)
    bounds_untouched = (now.min, now.max) == (left.min, left.max)
    by_autoscaler = now.desired < left.desired and bounds_untouched
    desired = saved.desired if by_autoscaler else _number(saved.desired, left.desired, now.desired)
    return Size(min=lowest, desired=min(max(desired, lowest), highest), max=highest)


def _workload(saved: Workload, left: Workload, now: Workload) -> Workload:
    scaled_object = saved.scaled_object if now.scaled_object == left.scaled_object else now.scaled_object
    kept = saved._replace(bounds=_bounds(saved, left, now), scaled_object=scaled_object)
    if scaled_object and scaled_object.paused is not None:
        # KEDA holds it at this number: no more comes up, and no more is owed.
        return kept._replace(replicas=scaled_object.paused)
    if now.autoscaled:
        # The replicas of what somebody else scales are that one's affair.
        return kept
    return kept._replace(replicas=_number(saved.replicas, left.replicas, now.replicas))


def _bounds(saved: Workload, left: Workload, now: Workload) -> Bounds | None:
    if now.bounds == left.bounds:
        return saved.bounds
    same = (
        saved.bounds
        and left.bounds
        and now.bounds
        and saved.bounds.name == left.bounds.name == now.bounds.name
    )
    if not (same and saved.bounds and left.bounds and now.bounds):
        return now.bounds
    lowest = _number(saved.bounds.min, left.bounds.min, now.bounds.min)
    return now.bounds._replace(min=min(lowest, now.bounds.max))


def _cronjob(saved: CronJob, left: CronJob, now: CronJob) -> CronJob:
    return saved if now == left else now


def _described(what: str, left: str, now: str, kept: str) -> list[str]:
    return (
        [] if now == left else [f"someone changed {what} from {left} to {now} meanwhile; it goes to {kept}"]
    )


def _sized(size: Size) -> str:
    return f"min {size.min}, desired {size.desired}, max {size.max}"


def _shown(workload: Workload) -> str:
    if workload.bounds:
        return f"{workload.bounds.min}-{workload.bounds.max} replicas"
    if workload.scaled_object:
        paused = workload.scaled_object.paused
        return "KEDA's scaling" if paused is None else f"KEDA paused at {paused}"
    return f"{workload.replicas} replicas"


def _suspended(cronjob: CronJob) -> str:
    return "suspended" if cronjob.suspended else "running"
