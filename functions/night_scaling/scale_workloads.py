"""Brings each workload that opted in to its number: down to sleep, exactly back to wake."""

from typing import Any

from functions.core.ports.kubernetes import Cluster
from functions.night_scaling.models import Aim
from functions.night_scaling.stepping import footing
from functions.runtime.entrypoint import Call, entrypoint
from functions.runtime.wiring import Ports


@entrypoint
def handler(call: Call, ports: Ports) -> dict[str, Any]:
    """Changes only what differs; a workload that is gone stays gone, one that is new is left alone."""
    ground = footing(call, ports)
    did = [*_scale(ports.cluster, ground.aim), *_suspend(ports.cluster, ground.aim)]
    return ground.run.and_did(*did).payload()


def _scale(cluster: Cluster, aim: Aim) -> list[str]:
    now = {workload.key: workload for workload in cluster.workloads()}
    did = []
    for wanted in aim.workloads:
        found = now.get(wanted.key)
        if found is None:
            continue
        # The bounds go first: an autoscaler would undo replicas outside of its own.
        if wanted.bounds and found.bounds and wanted.bounds != found.bounds:
            cluster.bound(wanted, wanted.bounds)
            did.append(f"bounded {wanted.bounds.name} to {wanted.bounds.min}-{wanted.bounds.max}")
        if found.replicas != wanted.replicas:
            cluster.scale(wanted, wanted.replicas)
            did.append(f"scaled {wanted.key} from {found.replicas} to {wanted.replicas}")
    return did


def _suspend(cluster: Cluster, aim: Aim) -> list[str]:
    now = {cronjob.key: cronjob for cronjob in cluster.cronjobs()}
    did = []
    for wanted in aim.cronjobs:
        found = now.get(wanted.key)
        if found is not None and found.suspended != wanted.suspended:
            cluster.suspend(wanted, suspended=wanted.suspended)
            did.append(f"{'suspended' if wanted.suspended else 'resumed'} {wanted.key}")
    return did
