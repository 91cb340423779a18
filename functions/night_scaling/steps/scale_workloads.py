"""Brings each workload that opted in to its number: at once to sleep, wave by wave to wake."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.night_scaling.actions.context import step_context
from functions.night_scaling.actions.scale import scale, suspend
from functions.night_scaling.actions.start import start_stopped
from functions.night_scaling.policy.deadlines import GATE_PATIENCE, REFUSAL_PATIENCE
from functions.night_scaling.policy.wake_order import Wave, next_wave
from functions.runs.batch import Outcome
from functions.runs.policy.deadlines import is_spent
from functions.runtime.entrypoint import Call, entrypoint

if TYPE_CHECKING:
    from functions.night_scaling.ports import Ports
    from functions.runs.run import Run


@entrypoint
def handler(call: Call, ports: Ports) -> dict[str, Any]:
    """Changes only what differs; a workload that is gone stays gone, one that is new is left alone."""
    context = step_context(call, ports)
    run = context.run
    patient = not is_spent(GATE_PATIENCE, started_at=run.started_at, now=call.now)
    if context.sleeps:
        if context.plan.held and context.plan.layers.workloads == "reduced":
            # A budget that holds a node needs the replicas: they come down when the node has gone.
            return run.and_did().payload()
        # What starts new pods goes first.
        down = not context.gives_back
        outcome = suspend(ports.cluster, context.desired, sleeps=down)
        outcome = outcome.and_then(scale(ports.cluster, context.desired, sleeps=down))
        if context.snapshot.half_woken and context.desired.database == "running":
            outcome = outcome.and_then(start_stopped(ports, context.snapshot.databases))
        # A refusal may be a slip, and costs the night two minutes; then the others go to sleep without it.
        patient = not is_spent(REFUSAL_PATIENCE, started_at=run.started_at, now=call.now)
        return _after(run, outcome, (), patient=patient).payload()
    running = context.desired.database == "running"
    started = start_stopped(ports, context.snapshot.databases) if running else Outcome((), (), ())
    databases = {name: ports.databases.status(name) for name in context.snapshot.databases}
    now = ports.cluster.workloads(beside=context.desired.workloads)
    wave: Wave = next_wave(context.desired, workloads=now, databases=databases, patient=patient)
    outcome = started.and_then(scale(ports.cluster, wave.desired, sleeps=False))
    outcome = outcome.and_then(suspend(ports.cluster, wave.desired, sleeps=False))
    return _after(run, outcome, wave.waiting_for, patient=patient).payload()


def _after(run: Run, outcome: Outcome, waiting_for: tuple[str, ...], *, patient: bool) -> Run:
    """Returns the run after a look: what was not done is tried again as long as there is patience."""
    missing = (*outcome.passing, *outcome.refused)
    waits = (*waiting_for, *(missing if patient else ()))
    without = () if patient else tuple(f"went on without: {sentence}" for sentence in missing)
    return run.and_did(*outcome.did, *without, done=not waits, waiting_for=waits)
