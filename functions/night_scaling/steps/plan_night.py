"""Observes and decides; on most ticks that is all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.night_scaling.actions import housekeeping
from functions.night_scaling.actions.plan import plan, run_of
from functions.runs.target import target_of
from functions.runtime.entrypoint import Call, entrypoint

if TYPE_CHECKING:
    from functions.night_scaling.ports import Ports


@entrypoint
def handler(call: Call, ports: Ports) -> dict[str, Any]:
    """Answers with the run that is needed now; its action is `nothing` when none is.

    Raises:
        PermanentError: The machine was started for nobody, or for another than this control plane's.
    """
    target = target_of(call.run, environment=ports.settings.environment)
    planned = plan(ports, target=target, execution=call.execution, now=call.now)
    housekeeping.run(ports, planned, target=target, now=call.now)
    cause = str(call.run.get("cause", "unknown"))
    return run_of(planned, target=target, cause=cause, now=call.now, fleet=call.run.get("fleet")).payload()
