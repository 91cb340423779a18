"""Records the run, settles the snapshot, announces it and gives the lock back, in the order that a crash survives."""

from typing import Any

from functions.core.capacity import Phase
from functions.night_scaling.contract import read_run
from functions.night_scaling.lead import with_wake
from functions.night_scaling.models import Action
from functions.night_scaling.patience import LEASE
from functions.night_scaling.planning import WAKES, wakes_of
from functions.night_scaling.telling import RUN, forget_told
from functions.runtime.entrypoint import Call, entrypoint
from functions.runtime.wiring import Ports


@entrypoint
def handler(call: Call, ports: Ports) -> dict[str, Any]:
    """Settles a run that was verified.

    The record comes first: a crash after it repeats a run that finds its work done. The snapshot of a wake goes only
    here, after `verify_capacity` saw the wake with its own eyes.
    """
    run = read_run(call.run)
    ports.table.renew(run.environment, owner=call.execution, lease=LEASE, now=call.now)
    took = int((call.now - run.started_at).total_seconds())
    ended = {
        **run.payload(),
        "outcome": "done",
        "ended_at": call.now.isoformat(),
        "execution": call.execution,
        "seconds": took,
    }
    new = ports.table.record(run.environment, ended, started_at=run.started_at, execution=call.execution)
    record = ports.table.recall(run.environment)
    if new and run.action == Action.WAKE:
        wakes = {"seconds": with_wake(wakes_of(record), took)}
        ports.table.write_note(run.environment, WAKES, wakes, over=record.note(WAKES).revision)
    if run.mode == "awake":
        ports.table.forget(run.environment)
    elif record.snapshot is not None:
        settled = record.snapshot._replace(
            mode=run.mode,
            layers=run.layers,
            phase=Phase.ASLEEP,
            attempts=0,
            retry_at=None,
            settled_at=call.now,
        )
        ports.table.settle(run.environment, settled)
    forget_told(ports, record, kind=RUN, environment=run.environment)
    ports.announcer.announce("Night Run Finished", ended)
    ports.table.release(run.environment, owner=call.execution)
    return ended
