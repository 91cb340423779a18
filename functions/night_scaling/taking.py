"""Writes the capacity down before anything changes; on the way out of a verified sleep, keeps what people changed."""

from datetime import datetime

from functions.core.capacity import Phase, Snapshot
from functions.core.errors import SafetyRefusal
from functions.night_scaling import fallback, inventory, releases
from functions.night_scaling.compare import Found, rebased
from functions.night_scaling.contract import Run
from functions.night_scaling.models import Action
from functions.night_scaling.peace import told
from functions.night_scaling.planning import Planned
from functions.night_scaling.schedule.model import Protected
from functions.night_scaling.scope import operated_cronjobs, operated_databases, operated_workloads
from functions.runtime.wiring import Ports


def write_down(
    ports: Ports,
    planned: Planned,
    run: Run,
    *,
    execution: str,
    now: datetime,
    releasing: tuple[str, ...] = (),
) -> tuple[str, ...]:
    """Sees to it that there is a snapshot which says where to come back to; returns what was found and done.

    Workloads whose keys are in `releasing` are left out of it: their pods stay.

    Raises:
        SafetyRefusal: What the cluster says of itself is not believed.
    """
    snapshot = planned.record.snapshot
    if snapshot is None:
        return _take(ports, planned, run, execution=execution, now=now, releasing=releasing)
    on = f"went on from the capacity written down at {snapshot.taken_at.isoformat()}"
    phase = Phase.FALLING_ASLEEP if run.sleeps else Phase.WAKING
    if run.action == Action.STOP_AGAIN:
        return (on,)
    if snapshot.phase is Phase.ASLEEP:
        found = Found(planned.nodegroups, ports.cluster.workloads(), ports.cluster.cronjobs())
        kept, changes = rebased(snapshot, found)
        gone = kept._replace(mode=run.mode, layers=run.layers, phase=phase, attempts=0, retry_at=None)
        ports.table.settle(run.environment, gone)
        return (on, *changes)
    if (snapshot.mode, snapshot.phase) != (run.mode, phase):
        ports.table.mark(run.environment, mode=run.mode, layers=run.layers, phase=phase)
    return (on,)


def _take(
    ports: Ports, planned: Planned, run: Run, *, execution: str, now: datetime, releasing: tuple[str, ...]
) -> tuple[str, ...]:
    protected = planned.choice.document.protected if planned.choice else Protected()
    others = ports.cluster.others()
    operated = operated_workloads(ports.cluster.workloads(), protected, others)
    workloads = tuple(one for one in operated if one.key not in releasing)
    memory = planned.record.note(inventory.NOTE)
    doubt = inventory.doubt_about_cluster(
        memory.values,
        workloads=len(operated),
        nodes=len(ports.cluster.nodes()),
        nodes_expected=sum(group.size.desired for group in planned.nodegroups.values()),
    )
    if doubt:
        raise SafetyRefusal(f"{run.environment} does not go to sleep: {doubt}")
    lent = planned.record.note(fallback.NOTE)
    sizes = {name: group.size for name, group in planned.nodegroups.items()}
    kept = ports.table.keep(
        run.environment,
        Snapshot(
            mode=run.mode,
            layers=run.layers,
            phase=Phase.FALLING_ASLEEP,
            taken_at=now,
            taken_by=execution,
            nodegroups=fallback.before_loans(sizes, fallback.read_loans(lent.values)),
            workloads=workloads,
            cronjobs=operated_cronjobs(ports.cluster.cronjobs(), protected),
            databases=_running(ports, protected),
        ),
    )
    if lent.values:
        ports.table.write_note(run.environment, fallback.NOTE, {}, over=lent.revision)
    seen = {**memory.values, "workloads": len(operated)}
    if seen != memory.values:
        ports.table.write_note(run.environment, inventory.NOTE, seen, over=memory.revision)
    wrote = "wrote the capacity down" if kept else "went on from a capacity that was written down meanwhile"
    return (*told(others, workloads), *releases.told(releasing), wrote)


def _running(ports: Ports, protected: Protected) -> tuple[str, ...]:
    named = operated_databases(ports.settings.databases, protected)
    return tuple(name for name in named if ports.databases.status(name) == "available")
