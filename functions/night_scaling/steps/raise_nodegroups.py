"""Wakes the nodes: min, desired and max as they were."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.night_scaling.actions.context import StepContext, step_context
from functions.runs.batch import try_each
from functions.runtime.entrypoint import Call, entrypoint

if TYPE_CHECKING:
    from functions.night_scaling.ports import Ports


@entrypoint
def handler(call: Call, ports: Ports) -> dict[str, Any]:
    """Raises each node group to its aim; one that holds more nodes keeps them, for somebody needs them."""
    context = step_context(call, ports)
    did = try_each(context.desired.sizes, lambda name: _raise(ports, context, name))
    return context.run.and_did(*did).payload()


def _raise(ports: Ports, context: StepContext, name: str) -> str | None:
    size = context.desired.sizes[name]
    group = ports.nodegroups.describe(name)
    if group is None:
        return f"left out node group {name}, which is gone"
    desired = max(size.desired, group.size.desired)
    wanted = size._replace(desired=desired, max=max(size.max, desired))
    if group.size == wanted:
        return None
    ports.nodegroups.resize(name, wanted)
    return f"raised node group {name} from {group.size.desired} to {wanted.desired} nodes"
