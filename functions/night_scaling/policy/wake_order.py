"""The order of a wake: data, nodes, stateful, web. Each wave waits for the workload before it."""

from collections.abc import Mapping
from typing import NamedTuple

from functions.core.cluster import Workload
from functions.night_scaling.policy.databases import SERVING
from functions.night_scaling.policy.desired_capacity import pods_owed
from functions.night_scaling.policy.models import DesiredCapacity

STATEFUL = "StatefulSet"


class Wave(NamedTuple):
    """What may come up now.

    Attributes:
        desired: The desired capacity, with only what may come up now.
        waiting_for: What the rest waits for, a phrase each; empty when nothing is left out.
    """

    desired: DesiredCapacity
    waiting_for: tuple[str, ...]


def next_wave(
    desired: DesiredCapacity,
    *,
    workloads: tuple[Workload, ...],
    databases: Mapping[str, str | None],
    patient: bool,
) -> Wave:
    """Returns the wave that is due.

    Args:
        desired: Where the wake goes.
        workloads: What runs now.
        databases: Status of each database that has to run; None for workload that is gone.
        patient: False when the gates have been waited for long enough: then everything comes up.
    """
    late = tuple(
        f"database {name} is {status}"
        for name, status in databases.items()
        if status is not None and status not in SERVING
    )
    if late and patient and desired.database == "running":
        return Wave(desired._replace(workloads=(), cronjobs=()), late)
    found = {workload.key: workload for workload in workloads}
    stateful = tuple(workload for workload in desired.workloads if workload.kind == STATEFUL)
    rest = len(stateful) < len(desired.workloads) or bool(desired.cronjobs)
    unready = tuple(
        f"{now.ready} of {pods_owed(workload, now)} pods of {workload.key} are ready"
        for workload in stateful
        if (now := found.get(workload.key)) is not None and now.ready < pods_owed(workload, now)
    )
    if unready and rest and patient:
        return Wave(desired._replace(workloads=stateful, cronjobs=()), unready)
    return Wave(desired, ())
