"""Compares what was observed with the desired capacity, and names what is missing."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from functions.core.cluster import CronJob, Node, Workload
from functions.core.nodegroups import Nodegroup, Size
from functions.night_scaling.policy.databases import SERVING
from functions.night_scaling.policy.desired_capacity import pods_owed
from functions.night_scaling.policy.models import DesiredCapacity


class Observed(NamedTuple):
    """What was observed.

    Attributes:
        nodegroups: Each node group; None when it is gone.
        nodes: All nodes.
        workloads: All workloads that opted in.
        databases: Status of each database; None when it is gone.
        grown_by: Cluster Autoscaler, when it has had its time to give nodes up; None when surplus nodes have
            to go.
        cronjobs: All CronJobs that opted in.
    """

    nodegroups: Mapping[str, Nodegroup | None]
    nodes: tuple[Node, ...]
    workloads: tuple[Workload, ...]
    databases: Mapping[str, str | None]
    grown_by: str | None = None
    cronjobs: tuple[CronJob, ...] = ()


def unmet(desired: DesiredCapacity, observed: Observed, *, sleeps: bool) -> tuple[str, ...]:
    """Returns what is missing, a phrase each; empty when the capacity is as desired."""
    return (
        *_nodes(desired, observed, sleeps=sleeps),
        *_workloads(desired, observed, sleeps=sleeps),
        *_cronjobs(desired, observed),
        *_databases(desired, observed, sleeps=sleeps),
    )


def settled_now(desired: DesiredCapacity, observed: Observed) -> bool:
    """Tells whether a sleep waits for nothing but what waiting does not change: replicas and CronJobs."""
    return not [*_nodes(desired, observed, sleeps=True), *_databases(desired, observed, sleeps=True)]


def below_min(size: Size, group: Nodegroup) -> bool:
    """Tells whether a node group lacks its min: it was being updated when the others were raised."""
    return group.size.min < size.min


def _nodes(desired: DesiredCapacity, observed: Observed, *, sleeps: bool) -> Iterator[str]:
    for name, size in desired.sizes.items():
        group = observed.nodegroups.get(name)
        if group is None:
            continue
        nodes = [node for node in observed.nodes if node.nodegroup == name]
        if sleeps and not group.settled:
            yield f"node group {name} is being updated"
        surplus = group.size.desired > size.desired or len(nodes) > size.desired
        if sleeps and surplus and not observed.grown_by:
            yield f"{len(nodes)} nodes of {name} are there instead of {size.desired}"
        ready = sum(node.ready and not node.cordoned_by_toban for node in nodes)
        needed = desired.nodes_needed(name)
        if not sleeps and ready < needed:
            yield f"{ready} of {needed} nodes of {name} are Ready"
        elif not sleeps and below_min(size, group):
            yield f"node group {name} has the min {group.size.min} instead of {size.min}"


def _workloads(desired: DesiredCapacity, observed: Observed, *, sleeps: bool) -> Iterator[str]:
    found = {workload.key: workload for workload in observed.workloads}
    for wanted in desired.workloads:
        now = found.get(wanted.key)
        if now is None:
            continue
        # An autoscaler may hold more than a reduced number; one whose workload has none does nothing.
        theirs = wanted.autoscaled and wanted.replicas > 0
        if sleeps and now.replicas > wanted.replicas and not theirs:
            yield f"{wanted.key} has {now.replicas} replicas instead of {wanted.replicas}"
        yield from _autoscaler(wanted, now, sleeps=sleeps)
        owed = pods_owed(wanted, now)
        if not sleeps and now.ready < owed:
            yield f"{now.ready} of {owed} pods of {wanted.key} are ready"


def _autoscaler(wanted: Workload, now: Workload, *, sleeps: bool) -> Iterator[str]:
    """Yields what an autoscaler was to be told and was not; another one than the evening's is nobody's."""
    if wanted.bounds and now.bounds and wanted.bounds.name == now.bounds.name:
        lowest, found = wanted.bounds.min, now.bounds.min
        if found > lowest if sleeps else found < lowest:
            yield f"the autoscaler of {wanted.key} has the minimum {found} instead of {lowest}"
    if wanted.scaled_object and now.scaled_object and wanted.scaled_object != now.scaled_object:
        paused = now.scaled_object.paused
        yield f"KEDA {'scales' if paused is None else f'is paused at {paused} for'} {wanted.key}"


def _cronjobs(desired: DesiredCapacity, observed: Observed) -> Iterator[str]:
    found = {job.key: job for job in observed.cronjobs}
    for wanted in desired.cronjobs:
        now = found.get(wanted.key)
        if now is not None and now.suspended != wanted.suspended:
            yield f"{wanted.key} is {'not suspended yet' if wanted.suspended else 'still suspended'}"


def _databases(desired: DesiredCapacity, observed: Observed, *, sleeps: bool) -> Iterator[str]:
    """A sleep only stops databases and a wake only starts them: neither waits for what the other does."""
    if sleeps != (desired.database == "stopped"):
        return
    wanted = frozenset({"stopped"}) if sleeps else SERVING
    for name, status in observed.databases.items():
        if status is not None and status not in wanted:
            yield f"database {name} is {status}"
