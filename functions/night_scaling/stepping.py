"""What every step that changes something does first: proves that it still owns the lock, and reads its aim."""

from dataclasses import dataclass

from functions.core.capacity import Snapshot
from functions.core.errors import SafetyRefusal
from functions.night_scaling.aims import aim_for
from functions.night_scaling.contract import Run, read_run
from functions.night_scaling.models import Aim
from functions.night_scaling.patience import LEASE
from functions.runtime.entrypoint import Call
from functions.runtime.wiring import Ports


@dataclass(frozen=True, slots=True)
class Footing:
    """What a step stands on: the run, the capacity as it was awake, and where to go."""

    run: Run
    snapshot: Snapshot
    aim: Aim


def footing(call: Call, ports: Ports) -> Footing:
    """Returns what the step stands on.

    Raises:
        SafetyRefusal: The lock was lost, or there is no snapshot to come back to.
    """
    run = read_run(call.run)
    ports.table.renew(run.environment, owner=call.execution, lease=LEASE, now=call.now)
    snapshot = ports.table.recall(run.environment).snapshot
    if snapshot is None:
        raise SafetyRefusal(f"{run.environment} has no capacity snapshot; nothing is changed without one.")
    return Footing(run=run, snapshot=snapshot, aim=aim_for(snapshot, run.layers))
