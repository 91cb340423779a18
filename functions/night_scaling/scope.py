"""What is operated and what is not: the names of the stack's parameters, less what the schedule document protects."""

from collections.abc import Mapping

from functions.core.capacity import CronJob, Nodegroup, Workload
from functions.core.neighbours import Others
from functions.night_scaling.schedule.model import Protected


def operated_nodegroups(found: Mapping[str, Nodegroup], protected: Protected) -> dict[str, Nodegroup]:
    """Returns the node groups that may be scaled."""
    return {name: group for name, group in found.items() if name not in protected.nodegroups}


def operated_databases(named: tuple[str, ...], protected: Protected) -> tuple[str, ...]:
    """Returns the databases that may be stopped."""
    return tuple(name for name in named if name not in protected.databases)


def operated_workloads(
    found: tuple[Workload, ...], protected: Protected, others: Others
) -> tuple[Workload, ...]:
    """Returns the workloads that may be scaled; those that Argo CD would put back are left alone."""
    return tuple(one for one in found if _open(one, protected) and one.key not in others.restored)


def operated_cronjobs(found: tuple[CronJob, ...], protected: Protected) -> tuple[CronJob, ...]:
    """Returns the CronJobs that may be suspended."""
    return tuple(one for one in found if _open(one, protected))


def _open(one: Workload | CronJob, protected: Protected) -> bool:
    return (
        one.namespace not in protected.namespaces and f"{one.namespace}/{one.name}" not in protected.workloads
    )
