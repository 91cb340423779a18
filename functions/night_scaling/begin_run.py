"""Takes the lock, decides again under it, and writes the capacity down before anything changes."""

from typing import Any

from functions.night_scaling.contract import Run, decided, read_run
from functions.night_scaling.models import Action
from functions.night_scaling.patience import LEASE
from functions.night_scaling.planning import plan
from functions.night_scaling.releases import waits_for
from functions.night_scaling.taking import write_down
from functions.runtime.entrypoint import Call, entrypoint
from functions.runtime.wiring import Ports


@entrypoint
def handler(call: Call, ports: Ports) -> dict[str, Any]:
    """Answers with the run as it was decided under the lock: `nothing` when another run was faster.

    Raises:
        SafetyRefusal: What the cluster says of itself is not believed.
    """
    asked = read_run(call.run)
    environment = asked.environment
    if ports.table.take(environment, owner=call.execution, lease=LEASE, now=call.now) is None:
        return _nothing(asked, "another run has just taken the lock").payload()
    planned = plan(ports, environment=environment, owner=call.execution, now=call.now)
    run = decided(planned, environment=environment, cause=asked.cause, now=call.now, fleet=asked.fleet)
    if run.action in (Action.NOTHING, Action.REFUSE):
        ports.table.release(environment, owner=call.execution)
        return _nothing(run, run.reason).payload()
    # Only on the way down from an awake environment: whoever sleeps has its snapshot, and a wake waits for nothing.
    begins = run.sleeps and planned.record.snapshot is None
    releasing = ports.cluster.releasing() if begins else ()
    waits = waits_for(releasing, since=planned.answer.since if planned.answer else None, now=call.now)
    if waits:
        ports.table.release(environment, owner=call.execution)
        return _nothing(run, waits).payload()
    found = write_down(ports, planned, run, execution=call.execution, now=call.now, releasing=releasing)
    return run.and_did(*found).payload()


def _nothing(run: Run, reason: str) -> Run:
    return run._replace(action=Action.NOTHING.value, reason=reason)
