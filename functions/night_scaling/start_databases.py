"""Wakes the data, first of all layers."""

from typing import Any

from functions.night_scaling.stepping import footing
from functions.night_scaling.together import for_each
from functions.runtime.entrypoint import Call, entrypoint
from functions.runtime.wiring import Ports


@entrypoint
def handler(call: Call, ports: Ports) -> dict[str, Any]:
    """Starts the databases that ran before the sleep, if the mode lets them run."""
    ground = footing(call, ports)
    started = ground.snapshot.databases if ground.aim.database == "running" else ()

    def start(name: str) -> str:
        ports.databases.start(name)
        return f"started database {name}"

    return ground.run.and_did(*for_each(started, start)).payload()
