"""Brings each workload that opted in to its number: all at once to sleep, wave by wave and exactly back to wake."""

from typing import Any

from functions.night_scaling.patience import GATE_PATIENCE, is_spent
from functions.night_scaling.scaling import scale, suspend
from functions.night_scaling.stepping import footing
from functions.night_scaling.waves import Wave, next_wave
from functions.runtime.entrypoint import Call, entrypoint
from functions.runtime.wiring import Ports


@entrypoint
def handler(call: Call, ports: Ports) -> dict[str, Any]:
    """Changes only what differs; a workload that is gone stays gone, one that is new is left alone."""
    ground = footing(call, ports)
    run = ground.run
    if run.sleeps:
        # What starts new pods goes first.
        did = [*suspend(ports.cluster, ground.aim), *scale(ports.cluster, ground.aim, sleeps=True)]
        return run.and_did(*did).payload()
    patient = not is_spent(GATE_PATIENCE, started_at=run.started_at, now=call.now)
    databases = {name: ports.databases.status(name) for name in ground.snapshot.databases}
    wave: Wave = next_wave(
        ground.aim, workloads=ports.cluster.workloads(), databases=databases, patient=patient
    )
    did = [*scale(ports.cluster, wave.aim, sleeps=False), *suspend(ports.cluster, wave.aim)]
    return run.and_did(*did, done=not wave.waiting_for, waiting_for=wave.waiting_for).payload()
