"""Did it happen? Observed anew from EKS, Kubernetes and RDS."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.core.errors import PermanentError, SafetyRefusal
from functions.night_scaling.actions.context import StepContext, step_context
from functions.night_scaling.contract import with_plan
from functions.night_scaling.policy.deadlines import (
    AUTOSCALER_PATIENCE,
    DRAIN_BUDGET,
    SLEEP_BUDGET,
    WAKE_BUDGET,
)
from functions.night_scaling.policy.models import Action, DesiredCapacity
from functions.night_scaling.policy.verification import Observed, below_min, settled_now, unmet
from functions.runs.policy.deadlines import is_spent
from functions.runs.policy.page import minutes
from functions.runtime.entrypoint import Call, entrypoint

if TYPE_CHECKING:
    from datetime import datetime

    from functions.core.cluster import CronJob, Workload
    from functions.night_scaling.ports import Ports


@entrypoint
def handler(call: Call, ports: Ports) -> dict[str, Any]:
    """Says what is still missing; nothing missing means done.

    Raises:
        SafetyRefusal: What the drain left is not to be had now.
        PermanentError: The run's time is up.
    """
    context = step_context(call, ports)
    run = context.run
    if context.action is Action.STOP_AGAIN:
        # Only the databases were touched; what people changed at night is none of this run's business.
        databases_alone = context.desired._replace(sizes={}, workloads=(), cronjobs=())
        context = context._replace(desired=databases_alone)
    observed = _observed(ports, context, call.now)
    desired = _with_kept(context)
    missing = unmet(desired, observed, sleeps=context.sleeps)
    if missing and context.plan.held:
        raise SafetyRefusal(
            f"{', '.join(sentence.partition(':')[0] for sentence in context.plan.held)} could not be drained "
            f"within {minutes(DRAIN_BUDGET)} and stay up: {'; '.join(context.plan.held).rstrip('.')}. "
            "Loosen the disruption budget or add a replica."
        )
    if missing and context.sleeps and settled_now(desired, observed):
        raise PermanentError(f"{run.target} did not reach {context.plan.mode}: {'; '.join(missing)}.")
    budget = SLEEP_BUDGET if context.sleeps else WAKE_BUDGET
    if missing and is_spent(budget, started_at=run.started_at, now=call.now):
        raise PermanentError(
            f"{run.target} did not reach {context.plan.mode} within {minutes(budget)}: {'; '.join(missing)}. "
            "The next tick goes on; look at the named resources if this comes again."
        )
    found = {name: group.size.desired for name, group in observed.nodegroups.items() if group is not None}
    short = not context.sleeps and any(
        group is not None and below_min(desired.sizes[name], group)
        for name, group in observed.nodegroups.items()
    )
    return with_plan(run, found=found, short=short).and_did(done=not missing, waiting_for=missing).payload()


def _with_kept(context: StepContext) -> DesiredCapacity:
    """Returns what the run goes to, with the nodes that must stay for a pod's sake."""
    kept = context.plan.kept_nodes if context.sleeps else {}
    sizes = {
        name: size._replace(desired=size.desired + kept.get(name, 0))
        for name, size in context.desired.sizes.items()
    }
    return context.desired._replace(sizes=sizes)


def _observed(ports: Ports, context: StepContext, now: datetime) -> Observed:
    names, run = context.desired.sizes, context.run
    databases = [name for name in context.snapshot.databases if name not in context.plan.left]
    settled = context.sleeps and is_spent(AUTOSCALER_PATIENCE, started_at=run.started_at, now=now)
    return Observed(
        nodegroups={name: ports.nodegroups.describe(name) for name in names},
        nodes=ports.cluster.nodes() if names else (),
        workloads=_workloads(ports, context),
        databases={name: ports.databases.status(name) for name in databases},
        cronjobs=_cronjobs(ports, context),
        grown_by=ports.cluster.other_controllers().cluster_autoscaler if settled else None,
    )


def _workloads(ports: Ports, context: StepContext) -> tuple[Workload, ...]:
    wanted = context.desired.workloads
    return ports.cluster.workloads(beside=() if context.sleeps else wanted) if wanted else ()


def _cronjobs(ports: Ports, context: StepContext) -> tuple[CronJob, ...]:
    wanted = context.desired.cronjobs
    return ports.cluster.cronjobs(beside=() if context.sleeps else wanted) if wanted else ()
