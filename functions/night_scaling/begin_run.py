"""Takes the lock, decides again under it, and writes the capacity down before anything changes."""

from datetime import datetime
from typing import Any

from functions.core.capacity import Phase, Snapshot
from functions.night_scaling.contract import Run, decided, read_run
from functions.night_scaling.models import Action
from functions.night_scaling.patience import LEASE
from functions.night_scaling.planning import Planned, plan
from functions.runtime.entrypoint import Call, entrypoint
from functions.runtime.wiring import Ports


@entrypoint
def handler(call: Call, ports: Ports) -> dict[str, Any]:
    """Answers with the run as it was decided under the lock: `nothing` when another run was faster."""
    asked = read_run(call.run)
    environment = asked.environment
    if ports.table.take(environment, owner=call.execution, lease=LEASE, now=call.now) is None:
        return _nothing(asked, "another run has just taken the lock").payload()
    planned = plan(ports, environment=environment, owner=call.execution, now=call.now)
    run = decided(planned.decision, environment=environment, cause=asked.cause, now=call.now)
    if run.action not in (Action.SLEEP, Action.WAKE):
        ports.table.release(environment, owner=call.execution)
        return _nothing(run, run.reason).payload()
    sentence = _write_down(ports, planned, run, execution=call.execution, now=call.now)
    phase = Phase.FALLING_ASLEEP if run.sleeps else Phase.WAKING
    _remember_phase(ports, planned, run, phase)
    return run.and_did(sentence).payload()


def _write_down(ports: Ports, planned: Planned, run: Run, *, execution: str, now: datetime) -> str:
    if planned.record.snapshot is not None:
        return f"went on from the capacity written down at {planned.record.snapshot.taken_at.isoformat()}"
    running = tuple(name for name in ports.settings.databases if ports.databases.status(name) == "available")
    kept = ports.table.keep(
        run.environment,
        Snapshot(
            mode=run.mode,
            layers=run.layers,
            phase=Phase.FALLING_ASLEEP,
            taken_at=now,
            taken_by=execution,
            nodegroups={name: group.size for name, group in planned.nodegroups.items()},
            workloads=ports.cluster.workloads(),
            cronjobs=ports.cluster.cronjobs(),
            databases=running,
        ),
    )
    return "wrote the capacity down" if kept else "went on from a capacity that was written down meanwhile"


def _remember_phase(ports: Ports, planned: Planned, run: Run, phase: Phase) -> None:
    """Says where the run goes; a new snapshot already does, and an attempt's count stays while the mode does."""
    before = planned.record.snapshot
    if before is not None and (before.mode, before.phase) != (run.mode, phase):
        ports.table.mark(run.environment, mode=run.mode, layers=run.layers, phase=phase)


def _nothing(run: Run, reason: str) -> Run:
    return Run(
        environment=run.environment,
        cause=run.cause,
        action=Action.NOTHING.value,
        mode=run.mode,
        reason=reason,
        layers=run.layers,
        started_at=run.started_at,
        next_change=run.next_change,
    )
