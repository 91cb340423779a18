"""Wakes the data, first of all layers."""

from typing import Any

from functions.night_scaling.actions.context import step_context
from functions.night_scaling.ports import Ports
from functions.runs.batch import try_each
from functions.runtime.entrypoint import Call, entrypoint


@entrypoint
def handler(call: Call, ports: Ports) -> dict[str, Any]:
    """Starts the databases that ran before the sleep, if the mode lets them run."""
    context = step_context(call, ports)
    started = context.snapshot.databases if context.desired.database == "running" else ()

    def start(name: str) -> str:
        ports.databases.start(name)
        return f"started database {name}"

    return context.run.and_did(*try_each(started, start)).payload()
