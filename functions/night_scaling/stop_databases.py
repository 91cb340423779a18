"""Puts the data to sleep, last of all layers."""

from typing import Any

from functions.night_scaling.stepping import footing
from functions.runtime.entrypoint import Call, entrypoint
from functions.runtime.wiring import Ports


@entrypoint
def handler(call: Call, ports: Ports) -> dict[str, Any]:
    """Stops the databases that ran before the sleep, if the mode asks for it."""
    ground = footing(call, ports)
    stopped = ground.snapshot.databases if ground.aim.database == "stopped" else ()
    for name in stopped:
        ports.databases.stop(name)
    return ground.run.and_did(*(f"stopped database {name}" for name in stopped)).payload()
