"""Lowers each node group's min, so that chosen nodes may go; max stays, and so stays at least 1."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.night_scaling.actions.context import StepContext, step_context
from functions.runs.batch import try_each
from functions.runtime.entrypoint import Call, entrypoint

if TYPE_CHECKING:
    from functions.night_scaling.ports import Ports


@entrypoint
def handler(call: Call, ports: Ports) -> dict[str, Any]:
    """Lowers min only: lowering desired would let the Auto Scaling group end nodes that nobody drained."""
    context = step_context(call, ports)
    did = try_each(context.desired.sizes, lambda name: _lower(ports, context, name))
    return context.run.and_did(*did).payload()


def _lower(ports: Ports, context: StepContext, name: str) -> str | None:
    lowest = context.desired.sizes[name].min
    group = ports.nodegroups.describe(name)
    if group is None or group.size.min <= lowest:
        return None
    ports.nodegroups.resize(name, group.size._replace(min=lowest))
    return f"lowered the min of node group {name} from {group.size.min} to {lowest}"
