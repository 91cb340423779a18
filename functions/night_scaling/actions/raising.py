"""Raises a node group to its aim; one that holds more nodes keeps them, for somebody needs them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from functions.night_scaling.actions.context import StepContext
    from functions.night_scaling.ports import Ports


def raise_nodegroup(ports: Ports, context: StepContext, name: str) -> str | None:
    """Asks for the size that the run goes to; None when the group has it."""
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
