"""Peace with others at work in the cluster: who was found, and what is done about each, a sentence each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.night_scaling.policy.deadlines import RELEASE_PATIENCE
from functions.runs.policy.deadlines import is_spent
from functions.runs.policy.page import wall_clock

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from functions.core.cluster import Workload
    from functions.core.nodegroups import Nodegroup
    from functions.core.other_controllers import OtherControllers


MOST_NAMED = 5
"""Objects of one sort that a sentence names."""


def describe(others: OtherControllers, workloads: tuple[Workload, ...]) -> tuple[str, ...]:
    """Returns who else was found and what was done about it; empty when Toban is alone."""
    return tuple(_sentences(others, workloads))


def wait_for_release(
    releasing: tuple[str, ...], *, since: datetime | None, now: datetime, zone: ZoneInfo
) -> str | None:
    """Returns why a sleep does not begin yet; None when it may.

    Args:
        releasing: Keys of the workloads that are between two versions.
        since: When the sleep was due; None when it always was.
        now: The instant.
        zone: The zone that people read times in.
    """
    if not releasing or since is None or is_spent(RELEASE_PATIENCE, started_at=since, now=now):
        return None
    until = wall_clock(since + RELEASE_PATIENCE, zone)
    return f"waits until {until} at most for the release of {', '.join(releasing)}"


def describe_releases(releasing: tuple[str, ...]) -> tuple[str, ...]:
    """Returns what is said of releases that were not waited for any longer, a sentence each."""
    return tuple(f"found a release of {key} under way: it keeps its pods this time" for key in releasing)


def describe_unready(workloads: tuple[Workload, ...]) -> tuple[str, ...]:
    """Returns what is said of workloads that are not all ready in the evening: the morning owes no more."""
    return tuple(
        f"found {workload.key} with {workload.ready} of {workload.replicas} pods ready: "
        "the morning waits for no more"
        for workload in workloads
        if workload.ready < workload.replicas
    )


def wait_for_updates(
    nodegroups: Iterable[Nodegroup], *, since: datetime | None, now: datetime, zone: ZoneInfo
) -> str | None:
    """Returns why a sleep does not begin yet: an update sets the size that it was given, whenever it ends."""
    updating = sorted(group.name for group in nodegroups if not group.settled)
    if not updating or since is None or is_spent(RELEASE_PATIENCE, started_at=since, now=now):
        return None
    until = wall_clock(since + RELEASE_PATIENCE, zone)
    return f"waits until {until} at most for the update of {', '.join(updating)}"


def _sentences(others: OtherControllers, workloads: tuple[Workload, ...]) -> Iterator[str]:
    bounded = sorted(workload.bounds.name for workload in workloads if workload.bounds)
    if bounded:
        yield (
            f"found HorizontalPodAutoscalers ({', '.join(bounded)}): their bounds are lowered and restored, "
            "and their replicas are raised but never lowered while they scale"
        )
    paused = sorted(workload.scaled_object.name for workload in workloads if workload.scaled_object)
    if paused:
        yield f"found KEDA ({', '.join(paused)}): its ScaledObjects are paused by its own annotation"
    if others.cluster_autoscaler:
        yield (
            f"found Cluster Autoscaler ({others.cluster_autoscaler}): "
            "nodes that it adds for pods without a place stay"
        )
    if others.nodepools:
        yield f"found Karpenter ({', '.join(others.nodepools)}): its nodes are left to its own consolidation"
    for key, application in sorted(others.restored.items()):
        yield (
            f"found Argo CD healing {key} (Application {application}): it is left alone; "
            "to let it sleep, let the Application ignore differences of /spec/replicas"
        )
    if others.unseen:
        yield (
            f"could not look for {', '.join(others.unseen)}: "
            "the ClusterRole toban-night-scaling-reader lacks list on them"
        )
    if others.unreadable:
        yield f"left out what makes no sense: {_some(others.unreadable)}"
    if others.unheeded:
        yield (
            f"did not heed Argo CD's {_some(others.unheeded)}: label its namespace toban.dev/tier: platform "
            "if it has a say in the application's workloads"
        )


def _some(found: tuple[str, ...]) -> str:
    """Returns the first few: whoever makes a thousand odd objects does not write the record's every line."""
    more = len(found) - MOST_NAMED
    return ", ".join(found[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
