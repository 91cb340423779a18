"""Observes and decides; on most ticks that is all."""

from typing import Any

from functions.night_scaling.contract import decided
from functions.night_scaling.planning import plan
from functions.night_scaling.watching import watch
from functions.runtime.entrypoint import Call, entrypoint
from functions.runtime.wiring import Ports


@entrypoint
def handler(call: Call, ports: Ports) -> dict[str, Any]:
    """Answers with the run that is needed now; its action is `nothing` when none is."""
    environment = str(call.run["environment"])
    planned = plan(ports, environment=environment, owner=call.execution, now=call.now)
    watch(ports, planned, environment=environment, now=call.now)
    cause = str(call.run.get("cause", "unknown"))
    fleet = call.run.get("fleet")
    return decided(planned, environment=environment, cause=cause, now=call.now, fleet=fleet).payload()
