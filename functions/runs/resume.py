"""What every step that changes something does first: proves that it still may."""

from typing import NamedTuple

from functions.core import names
from functions.core.control import TargetRecord
from functions.core.errors import SafetyRefusal
from functions.runs.policy.deadlines import LEASE
from functions.runs.policy.guards import paused_by
from functions.runs.ports import RunPorts
from functions.runs.run import Run, read_run
from functions.runtime.entrypoint import Call


class ActiveRun(NamedTuple):
    """A run that holds its lock, and all that is remembered of its target."""

    run: Run
    record: TargetRecord


def resume(call: Call, ports: RunPorts) -> ActiveRun:
    """Renews the lease and looks at the kill switch.

    Raises:
        SafetyRefusal: The lock was lost, or a person has paused Toban.
    """
    run = read_run(call.run)
    ports.table.renew(run.target, execution=call.execution, lease=LEASE, now=call.now)
    record = ports.table.recall(run.target)
    paused = paused_by(record.note(names.PAUSE_NOTE).values)
    if paused:
        raise SafetyRefusal(f"{run.target} is {paused}; what was begun stays as it is.")
    return ActiveRun(run, record)
