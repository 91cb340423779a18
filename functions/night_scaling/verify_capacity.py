"""Did it happen? Observed anew from EKS, Kubernetes and RDS."""

from typing import Any

from functions.core.errors import PermanentError
from functions.night_scaling.patience import SLEEP_BUDGET, WAKE_BUDGET, is_spent
from functions.night_scaling.stepping import footing
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
    seen = Seen(
        nodegroups={name: ports.nodegroups.describe(name) for name in ground.aim.sizes},
        nodes=ports.cluster.nodes(),
        workloads=ports.cluster.workloads(),
        databases={name: ports.databases.status(name) for name in ground.snapshot.databases},
    )
    missing = not_yet(ground.aim, seen, sleeps=run.sleeps)
    budget = SLEEP_BUDGET if run.sleeps else WAKE_BUDGET
    if missing and is_spent(budget, started_at=run.started_at, now=call.now):
        raise PermanentError(
            f"{run.environment} did not reach {run.mode} within {budget}: {'; '.join(missing)}. "
            "The next tick goes on; look at the named resources if this comes again."
        )
    return run.and_did(done=not missing, waiting_for=missing).payload()
