"""What every step that changes something does first: proves that it still may, and reads its aim."""

from typing import NamedTuple

from functions.core.capacity import Snapshot, TargetRecord
from functions.core.errors import SafetyRefusal
from functions.night_scaling import fallback, guarding
from functions.night_scaling.aims import aim_for
from functions.night_scaling.contract import Run, read_run
from functions.night_scaling.models import Aim
from functions.night_scaling.patience import LEASE
from functions.runtime.entrypoint import Call
from functions.runtime.wiring import Ports


class Footing(NamedTuple):
    """What a step stands on: the run, the capacity as it was awake, where to go, and all that is remembered."""

    run: Run
    snapshot: Snapshot
    aim: Aim
    record: TargetRecord


def footing(call: Call, ports: Ports) -> Footing:
    """Returns what the step stands on.

    Raises:
        SafetyRefusal: The lock was lost, a person has paused Toban, or there is no snapshot to come back to.
    """
    run = read_run(call.run)
    ports.table.renew(run.environment, owner=call.execution, lease=LEASE, now=call.now)
    record = ports.table.recall(run.environment)
    paused = guarding.paused_by(record.note(guarding.PAUSE).values)
    if paused:
        raise SafetyRefusal(f"{run.environment} is {paused}; what was begun stays as it is.")
    snapshot = record.snapshot
    if snapshot is None:
        raise SafetyRefusal(f"{run.environment} has no capacity snapshot; nothing is changed without one.")
    aim = aim_for(snapshot, run.layers)
    if run.sleeps and run.layers.workloads == "running":
        # What a mode leaves running is not even brought back to its own number: an autoscaler may have moved it.
        aim = aim._replace(workloads=(), cronjobs=())
    if not run.sleeps:
        aim = fallback.with_loans(aim, fallback.read_loans(record.note(fallback.NOTE).values))
    return Footing(run=run, snapshot=snapshot, aim=aim, record=record)
