"""Brings each workload that opted in to its number: at once to sleep, wave by wave to wake."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.night_scaling.actions.context import step_context
from functions.night_scaling.actions.scale import scale, suspend
from functions.night_scaling.policy.deadlines import GATE_PATIENCE
from functions.night_scaling.policy.wake_order import Wave, next_wave
from functions.runs.policy.deadlines import is_spent
from functions.runtime.entrypoint import Call, entrypoint

if TYPE_CHECKING:
    from functions.night_scaling.ports import Ports


@entrypoint
def handler(call: Call, ports: Ports) -> dict[str, Any]:
    """Changes only what differs; a workload that is gone stays gone, one that is new is left alone."""
    context = step_context(call, ports)
    run = context.run
    if context.sleeps:
        # What starts new pods goes first.
        did = [*suspend(ports.cluster, context.desired), *scale(ports.cluster, context.desired, sleeps=True)]
        return run.and_did(*did).payload()
    patient = not is_spent(GATE_PATIENCE, started_at=run.started_at, now=call.now)
    databases = {name: ports.databases.status(name) for name in context.snapshot.databases}
    wave: Wave = next_wave(
        context.desired, workloads=ports.cluster.workloads(), databases=databases, patient=patient
    )
    did = [*scale(ports.cluster, wave.desired, sleeps=False), *suspend(ports.cluster, wave.desired)]
    return run.and_did(*did, done=not wave.waiting_for, waiting_for=wave.waiting_for).payload()
