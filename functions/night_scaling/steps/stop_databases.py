"""Puts the data to sleep, last of all layers."""

from typing import Any

from functions.night_scaling.actions.context import step_context
from functions.night_scaling.ports import Ports
from functions.runs.batch import try_each
from functions.runtime.entrypoint import Call, entrypoint


@entrypoint
def handler(call: Call, ports: Ports) -> dict[str, Any]:
    """Stops the databases that ran before the sleep, if the mode asks for it."""
    context = step_context(call, ports)
    stopped = context.snapshot.databases if context.desired.database == "stopped" else ()

    def stop(name: str) -> str:
        ports.databases.stop(name)
        return f"stopped database {name}"

    return context.run.and_did(*try_each(stopped, stop)).payload()
