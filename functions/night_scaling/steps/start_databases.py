"""Wakes the data, first of all layers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.night_scaling.actions.context import step_context
from functions.runs.batch import try_each
from functions.runtime.entrypoint import Call, entrypoint

if TYPE_CHECKING:
    from functions.night_scaling.ports import Ports


@entrypoint
def handler(call: Call, ports: Ports) -> dict[str, Any]:
    """Starts the databases that ran before the sleep, if the mode lets them run."""
    context = step_context(call, ports)
    started = context.snapshot.databases if context.desired.database == "running" else ()

    def start(name: str) -> str:
        ports.databases.start(name)
        return f"started database {name}"

    return context.run.and_did(*try_each(started, start)).payload()
