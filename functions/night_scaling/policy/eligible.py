"""What may be turned down: the names of the stack's parameters, less what the schedule document protects."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from functions.core.cluster import CronJob, Workload
    from functions.core.nodegroups import Nodegroup
    from functions.core.other_controllers import OtherControllers
    from functions.night_scaling.schedule.targets import Protected


def eligible_nodegroups(found: Mapping[str, Nodegroup], protected: Protected) -> dict[str, Nodegroup]:
    """Returns the node groups that may be scaled."""
    return {name: group for name, group in found.items() if name not in protected.nodegroups}


def eligible_databases(named: tuple[str, ...], protected: Protected) -> tuple[str, ...]:
    """Returns the databases that may be stopped."""
    return tuple(name for name in named if name not in protected.databases)


def eligible_workloads(
    found: tuple[Workload, ...], protected: Protected, others: OtherControllers
) -> tuple[Workload, ...]:
    """Returns the workloads that may be scaled; those that Argo CD would put back are left alone."""
    return tuple(
        workload
        for workload in found
        if not _is_protected(workload, protected) and workload.key not in others.restored
    )


def eligible_cronjobs(found: tuple[CronJob, ...], protected: Protected) -> tuple[CronJob, ...]:
    """Returns the CronJobs that may be suspended."""
    return tuple(cronjob for cronjob in found if not _is_protected(cronjob, protected))


def _is_protected(workload: Workload | CronJob, protected: Protected) -> bool:
    name = f"{workload.namespace}/{workload.name}"
    return workload.namespace in protected.namespaces or name in protected.workloads
