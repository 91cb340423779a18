"""Puts the data to sleep, last of all layers."""

from typing import Any

from functions.night_scaling.stepping import footing
from functions.night_scaling.together import for_each
from functions.runtime.entrypoint import Call, entrypoint
from functions.runtime.wiring import Ports


@entrypoint
def handler(call: Call, ports: Ports) -> dict[str, Any]:
    """Stops the databases that ran before the sleep, if the mode asks for it."""
    ground = footing(call, ports)
    stopped = ground.snapshot.databases if ground.aim.database == "stopped" else ()

    def stop(name: str) -> str:
        ports.databases.stop(name)
        return f"stopped database {name}"

    return ground.run.and_did(*for_each(stopped, stop)).payload()
