"""Compares what was observed with the desired capacity, and names what is missing."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from functions.core.cluster import Node, Workload
from functions.core.nodegroups import Nodegroup
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
    """

    nodegroups: Mapping[str, Nodegroup | None]
    nodes: tuple[Node, ...]
    workloads: tuple[Workload, ...]
    databases: Mapping[str, str | None]
    grown_by: str | None = None


def unmet(desired: DesiredCapacity, observed: Observed, *, sleeps: bool) -> tuple[str, ...]:
    """Returns what is missing, a phrase each; empty when the capacity is as desired."""
    return (
        *_nodes(desired, observed, sleeps=sleeps),
        *_workloads(desired, observed, sleeps=sleeps),
        *_databases(desired, observed),
    )


def _nodes(desired: DesiredCapacity, observed: Observed, *, sleeps: bool) -> Iterator[str]:
    for name, size in desired.sizes.items():
        group = observed.nodegroups.get(name)
        if group is None:
            continue
        nodes = [node for node in observed.nodes if node.nodegroup == name]
        surplus = group.size.desired > size.desired or len(nodes) > size.desired
        if sleeps and surplus and not observed.grown_by:
            yield f"{len(nodes)} nodes of {name} are there instead of {size.desired}"
        ready = sum(node.ready and not node.cordoned_by_toban for node in nodes)
        needed = desired.nodes_needed(name)
        if not sleeps and ready < needed:
            yield f"{ready} of {needed} nodes of {name} are Ready"


def _workloads(desired: DesiredCapacity, observed: Observed, *, sleeps: bool) -> Iterator[str]:
    found = {workload.key: workload for workload in observed.workloads}
    for wanted in desired.workloads:
        now = found.get(wanted.key)
        if now is None:
            continue
        if sleeps and now.replicas > wanted.replicas and not wanted.autoscaled:
            yield f"{wanted.key} has {now.replicas} replicas instead of {wanted.replicas}"
        if not sleeps and now.ready < wanted.replicas:
            yield f"{now.ready} of {wanted.replicas} pods of {wanted.key} are ready"


def _databases(desired: DesiredCapacity, observed: Observed) -> Iterator[str]:
    wanted = "stopped" if desired.database == "stopped" else "available"
    for name, status in observed.databases.items():
        if status is not None and status != wanted:
            yield f"database {name} is {status}"
