"""Wakes the data, first of all layers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.night_scaling.actions.context import step_context
from functions.night_scaling.actions.start import start_stopped
from functions.runtime.entrypoint import Call, entrypoint

if TYPE_CHECKING:
    from functions.night_scaling.ports import Ports


@entrypoint
def handler(call: Call, ports: Ports) -> dict[str, Any]:
    """Starts the databases that ran before the sleep, if the mode lets them run; the gate asks again."""
    context = step_context(call, ports)
    started = context.snapshot.databases if context.desired.database == "running" else ()
    return context.run.and_did(*start_stopped(ports, started).sentences).payload()
