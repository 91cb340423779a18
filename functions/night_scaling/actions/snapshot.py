"""Writes the capacity down before anything changes.

On the way out of a verified sleep, keeps what people changed.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from functions.core.errors import OpsError, SafetyRefusal
from functions.night_scaling.contract import Plan, read_plan, with_plan
from functions.night_scaling.policy import fallback, inventory
from functions.night_scaling.policy.coexistence import describe, describe_releases, describe_unready
from functions.night_scaling.policy.databases import TakingPart, taking_part
from functions.night_scaling.policy.eligible import (
    eligible_cronjobs,
    eligible_databases,
    eligible_workloads,
)
from functions.night_scaling.policy.models import Action
from functions.night_scaling.policy.snapshot import NOTE, Phase, Snapshot, to_values
from functions.night_scaling.policy.three_way import Found, merge
from functions.night_scaling.schedule.targets import Protected
from functions.runs.policy.page import wall_clock

if TYPE_CHECKING:
    from datetime import datetime

    from functions.night_scaling.actions.plan import Planned
    from functions.night_scaling.ports import Ports
    from functions.runs.run import Run


def save_snapshot(
    ports: Ports,
    planned: Planned,
    run: Run,
    *,
    execution: str,
    now: datetime,
    releasing: tuple[str, ...] = (),
) -> Run:
    """Sees to it that a snapshot says where to come back to; returns the run with what was found.

    Workloads whose keys are in `releasing` are left out of it: their pods stay.

    Raises:
        SafetyRefusal: What the cluster says of itself is not believed, or somebody wrote the snapshot
            meanwhile.
    """
    snapshot, plan = planned.snapshot, read_plan(run)
    if snapshot is None:
        return _take(ports, planned, run, execution=execution, now=now, releasing=releasing)
    taken = wall_clock(snapshot.taken_at, planned.zone, dated=True)
    on = f"went on from the capacity written down at {taken}"
    phase = Phase.FALLING_ASLEEP if run.action == Action.SLEEP else Phase.WAKING
    if run.action == Action.STOP_AGAIN:
        return run.and_did(on)
    changes: tuple[str, ...] = ()
    if snapshot.phase is Phase.ASLEEP:
        found = Found(
            planned.nodegroups,
            ports.cluster.workloads(beside=snapshot.workloads),
            ports.cluster.cronjobs(beside=snapshot.cronjobs),
        )
        snapshot, changes = merge(snapshot, found)
    elif (snapshot.mode, snapshot.phase) == (plan.mode, phase):
        return run.and_did(on)
    _write(ports, planned, run, _on_its_way(snapshot, plan, phase))
    return run.and_did(on, *changes)


def _on_its_way(snapshot: Snapshot, plan: Plan, phase: Phase) -> Snapshot:
    """Returns the snapshot of an environment that sets out anew, earlier failures forgotten."""
    turned = snapshot.phase is Phase.WAKING or snapshot.half_woken
    return snapshot._replace(
        mode=plan.mode,
        layers=plan.layers,
        phase=phase,
        attempts=0,
        retry_at=None,
        left={},
        half_woken=turned and phase is Phase.FALLING_ASLEEP,
    )


def _write(ports: Ports, planned: Planned, run: Run, snapshot: Snapshot) -> None:
    revision = planned.record.note(NOTE).revision
    if not ports.table.write_note(run.target, NOTE, to_values(snapshot), over=revision):
        raise SafetyRefusal(
            f"The capacity snapshot of {run.target} was written by somebody else; nothing is changed."
        )


def _take(
    ports: Ports, planned: Planned, run: Run, *, execution: str, now: datetime, releasing: tuple[str, ...]
) -> Run:
    protected = planned.schedule.document.protected if planned.schedule else Protected()
    others = ports.cluster.other_controllers()
    eligible = eligible_workloads(ports.cluster.workloads(), protected, others)
    workloads = tuple(workload for workload in eligible if workload.key not in releasing)
    memory = planned.record.note(inventory.NOTE)
    doubt = inventory.doubt_about_cluster(
        memory.values,
        workloads=len(eligible),
        nodes=len(ports.cluster.nodes()),
        nodes_expected=sum(group.size.desired for group in planned.nodegroups.values()),
    )
    if doubt:
        raise SafetyRefusal(f"{run.target} does not go to sleep: {doubt}")
    plan = read_plan(run)
    lent = planned.record.note(fallback.NOTE)
    databases = _databases(ports, protected)
    sizes = {name: group.size for name, group in planned.nodegroups.items()}
    snapshot = Snapshot(
        mode=plan.mode,
        layers=plan.layers,
        phase=Phase.FALLING_ASLEEP,
        taken_at=now,
        taken_by=execution,
        nodegroups=fallback.before_loans(sizes, fallback.read_loans(lent.values)),
        workloads=workloads,
        cronjobs=eligible_cronjobs(ports.cluster.cronjobs(), protected),
        databases=databases.names,
    )
    _write(ports, planned, run, snapshot)
    if lent.values:
        ports.table.write_note(run.target, fallback.NOTE, {}, over=lent.revision)
    seen = {**memory.values, "workloads": len(eligible)}
    if seen != memory.values:
        with suppress(OpsError):
            ports.table.write_note(run.target, inventory.NOTE, seen, over=memory.revision)
    found = (*describe(others, workloads), *describe_releases(releasing), *describe_unready(workloads))
    kept = databases.kept if plan.layers.database == "stopped" else ()
    return with_plan(run, kept=kept).and_did(*found, *kept, "wrote the capacity down")


def _databases(ports: Ports, protected: Protected) -> TakingPart:
    named = eligible_databases(ports.settings.databases, protected)
    return taking_part({name: ports.databases.describe(name) for name in named})
