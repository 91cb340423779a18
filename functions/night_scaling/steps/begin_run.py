"""Takes the lock, decides again under it, and writes the capacity down before anything changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.night_scaling.actions.plan import Planned, plan, run_of
from functions.night_scaling.actions.snapshot import save_snapshot
from functions.night_scaling.policy.coexistence import wait_for_release, wait_for_updates
from functions.night_scaling.policy.models import Action
from functions.runs.begin import begin
from functions.runs.run import Run, read_run
from functions.runtime.entrypoint import Call, entrypoint

if TYPE_CHECKING:
    from functions.night_scaling.ports import Ports


@entrypoint
def handler(call: Call, ports: Ports) -> dict[str, Any]:
    """Answers with the run as it was decided under the lock: `nothing` when another run was faster.

    Raises:
        SafetyRefusal: What the cluster says of itself is not believed.
    """
    asked = read_run(call.run)

    def decide() -> Run:
        planned = plan(ports, target=asked.target, execution=call.execution, now=call.now)
        run = run_of(planned, target=asked.target, cause=asked.cause, now=call.now, fleet=asked.fleet)
        if run.action not in (Action.SLEEP, Action.WAKE, Action.STOP_AGAIN):
            return run.nothing(run.reason)
        return _write_down(ports, planned, run, call)

    return begin(ports, asked, execution=call.execution, now=call.now, decide=decide).payload()


def _write_down(ports: Ports, planned: Planned, run: Run, call: Call) -> Run:
    """Returns the run with its snapshot written, or as one that waits for others."""
    # Only on the way down from an awake environment: whoever sleeps has its snapshot, and a wake waits for
    # nothing.
    begins = run.action == Action.SLEEP and planned.snapshot is None
    releasing = ports.cluster.releasing() if begins else ()
    since = planned.answer.since if planned.answer else None
    waits = wait_for_release(releasing, since=since, now=call.now, zone=planned.zone)
    if begins and not waits:
        groups = planned.nodegroups.values()
        waits = wait_for_updates(groups, since=since, now=call.now, zone=planned.zone)
    if waits:
        return run.nothing(waits)
    return save_snapshot(ports, planned, run, execution=call.execution, now=call.now, releasing=releasing)
