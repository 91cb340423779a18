"""Did it happen? Observed anew from EKS, Kubernetes and RDS."""

from datetime import datetime
from typing import Any

from functions.core.errors import PermanentError
from functions.night_scaling.models import Action
from functions.night_scaling.patience import AUTOSCALER_PATIENCE, SLEEP_BUDGET, WAKE_BUDGET, is_spent
from functions.night_scaling.stepping import Footing, footing
from functions.night_scaling.verdict import Seen, not_yet
from functions.runtime.entrypoint import Call, entrypoint
from functions.runtime.wiring import Ports


@entrypoint
def handler(call: Call, ports: Ports) -> dict[str, Any]:
    """Says what is still missing; nothing missing means done.

    Raises:
        PermanentError: The run's time is up.
    """
    ground = footing(call, ports)
    run = ground.run
    if run.action == Action.STOP_AGAIN:
        # Only the databases were touched; what people changed at night is none of this run's business.
        aim = ground.aim._replace(sizes={}, workloads=(), cronjobs=())
        ground = ground._replace(aim=aim)
    seen = _seen(ports, ground, call.now)
    missing = not_yet(ground.aim, seen, sleeps=run.sleeps)
    budget = SLEEP_BUDGET if run.sleeps else WAKE_BUDGET
    if missing and is_spent(budget, started_at=run.started_at, now=call.now):
        raise PermanentError(
            f"{run.environment} did not reach {run.mode} within {budget}: {'; '.join(missing)}. "
            "The next tick goes on; look at the named resources if this comes again."
        )
    return run.and_did(done=not missing, waiting_for=missing).payload()


def _seen(ports: Ports, ground: Footing, now: datetime) -> Seen:
    names, run = ground.aim.sizes, ground.run
    settled = run.sleeps and is_spent(AUTOSCALER_PATIENCE, started_at=run.started_at, now=now)
    return Seen(
        nodegroups={name: ports.nodegroups.describe(name) for name in names},
        nodes=ports.cluster.nodes() if names else (),
        workloads=ports.cluster.workloads() if ground.aim.workloads else (),
        databases={name: ports.databases.status(name) for name in ground.snapshot.databases},
        grown_by=ports.cluster.others().cluster_autoscaler if settled else None,
    )
