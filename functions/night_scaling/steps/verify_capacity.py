"""Did it happen? Observed anew from EKS, Kubernetes and RDS."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.core.errors import PermanentError
from functions.night_scaling.actions.context import StepContext, step_context
from functions.night_scaling.policy.deadlines import AUTOSCALER_PATIENCE, SLEEP_BUDGET, WAKE_BUDGET
from functions.night_scaling.policy.models import Action
from functions.night_scaling.policy.verification import Observed, unmet
from functions.runs.policy.deadlines import is_spent
from functions.runs.policy.page import minutes
from functions.runtime.entrypoint import Call, entrypoint

if TYPE_CHECKING:
    from datetime import datetime

    from functions.night_scaling.ports import Ports


@entrypoint
def handler(call: Call, ports: Ports) -> dict[str, Any]:
    """Says what is still missing; nothing missing means done.

    Raises:
        PermanentError: The run's time is up.
    """
    context = step_context(call, ports)
    run = context.run
    if context.action is Action.STOP_AGAIN:
        # Only the databases were touched; what people changed at night is none of this run's business.
        databases_alone = context.desired._replace(sizes={}, workloads=(), cronjobs=())
        context = context._replace(desired=databases_alone)
    missing = unmet(context.desired, _observed(ports, context, call.now), sleeps=context.sleeps)
    budget = SLEEP_BUDGET if context.sleeps else WAKE_BUDGET
    if missing and is_spent(budget, started_at=run.started_at, now=call.now):
        raise PermanentError(
            f"{run.target} did not reach {context.plan.mode} within {minutes(budget)}: {'; '.join(missing)}. "
            "The next tick goes on; look at the named resources if this comes again."
        )
    return run.and_did(done=not missing, waiting_for=missing).payload()


def _observed(ports: Ports, context: StepContext, now: datetime) -> Observed:
    names, run = context.desired.sizes, context.run
    settled = context.sleeps and is_spent(AUTOSCALER_PATIENCE, started_at=run.started_at, now=now)
    return Observed(
        nodegroups={name: ports.nodegroups.describe(name) for name in names},
        nodes=ports.cluster.nodes() if names else (),
        workloads=ports.cluster.workloads() if context.desired.workloads else (),
        databases={name: ports.databases.status(name) for name in context.snapshot.databases},
        grown_by=ports.cluster.other_controllers().cluster_autoscaler if settled else None,
    )
