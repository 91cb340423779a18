"""The order of a wake: data, nodes, stateful, web. Each wave waits for the one before it."""

from collections.abc import Mapping
from typing import NamedTuple

from functions.core.capacity import Workload
from functions.night_scaling.models import Aim

STATEFUL = "StatefulSet"


class Wave(NamedTuple):
    """What may come up now.

    Attributes:
        aim: The aim, with only what may come up now.
        waiting_for: What the rest waits for, a phrase each; empty when nothing is left out.
    """

    aim: Aim
    waiting_for: tuple[str, ...]


def next_wave(
    aim: Aim, *, workloads: tuple[Workload, ...], databases: Mapping[str, str | None], patient: bool
) -> Wave:
    """Returns the wave that is due.

    Args:
        aim: Where the wake goes.
        workloads: What runs now.
        databases: Status of each database that has to run; None for one that is gone.
        patient: False when the gates have been waited for long enough: then everything comes up.
    """
    late = tuple(
        f"database {name} is {status}"
        for name, status in databases.items()
        if status not in ("available", None)
    )
    if late and patient and aim.database == "running":
        return Wave(aim._replace(workloads=(), cronjobs=()), late)
    ready = {one.key: one.ready for one in workloads}
    stateful = tuple(one for one in aim.workloads if one.kind == STATEFUL)
    rest = len(stateful) < len(aim.workloads) or bool(aim.cronjobs)
    unready = tuple(
        f"{ready[one.key]} of {one.replicas} pods of {one.key} are ready"
        for one in stateful
        if one.key in ready and ready[one.key] < one.replicas
    )
    if unready and rest and patient:
        return Wave(aim._replace(workloads=stateful, cronjobs=()), unready)
    return Wave(aim, ())
