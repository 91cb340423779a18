"""Observes and decides; on most ticks that is all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.core import names
from functions.core.errors import PermanentError
from functions.night_scaling.actions import housekeeping
from functions.night_scaling.actions.plan import plan, run_of
from functions.night_scaling.bundled import bundled_schedule
from functions.night_scaling.policy.active_schedule import find_active
from functions.night_scaling.policy.fleet import described, word
from functions.runs.target import target_of
from functions.runtime.entrypoint import Call, entrypoint

if TYPE_CHECKING:
    from functions.night_scaling.ports import Ports


@entrypoint
def handler(call: Call, ports: Ports) -> dict[str, Any]:
    """Answers with the run that is needed now; its action is `nothing` when none is.

    The call names a target. What belongs to it, the stack's parameters say, or for a fleet's member the
    schedule document: whoever may start a machine does not say what it scales.

    Raises:
        PermanentError: The machine was started for nobody, or for another than this control plane's.
    """
    target, fleet = target_of(call.run, environment=ports.settings.environment), None
    if names.member_of(target):
        fleet = _member(ports, target)
        ports = ports.of_member(target, fleet)
    planned = plan(ports, target=target, execution=call.execution, now=call.now)
    housekeeping.run(ports, planned, target=target, now=call.now)
    cause = word(call.run.get("cause"))
    return run_of(planned, target=target, cause=cause, now=call.now, fleet=fleet).payload()


def _member(ports: Ports, target: str) -> dict[str, Any]:
    environment = names.environment_of(target)
    bundled = bundled_schedule(environment)
    schedule = find_active(ports.table.recall(target), environment=environment, bundled=bundled)
    name = names.member_of(target) or ""
    found = described(schedule.document, name=name, own=ports.settings.cluster) if schedule else None
    if found is None:
        raise PermanentError(
            f"{environment} has no member {name} in its fleet: its schedule document names none."
        )
    return found
