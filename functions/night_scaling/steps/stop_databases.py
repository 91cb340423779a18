"""Puts the data to sleep, last of all layers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.night_scaling.actions.context import step_context
from functions.runs.batch import try_each
from functions.runtime.entrypoint import Call, entrypoint

if TYPE_CHECKING:
    from functions.night_scaling.ports import Ports


@entrypoint
def handler(call: Call, ports: Ports) -> dict[str, Any]:
    """Stops the databases that ran before the sleep, if the mode asks for it."""
    context = step_context(call, ports)
    stopped = context.snapshot.databases if context.desired.database == "stopped" else ()

    def stop(name: str) -> str:
        ports.databases.stop(name)
        return f"stopped database {name}"

    return context.run.and_did(*try_each(stopped, stop)).payload()
