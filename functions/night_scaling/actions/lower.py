"""Lowers the min of a node group, so that chosen nodes may go; max stays, and so stays at least 1."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from functions.night_scaling.actions.context import StepContext
    from functions.night_scaling.ports import Ports


def lower(ports: Ports, context: StepContext, name: str) -> str | None:
    """Lowers min only: lowering desired would let the Auto Scaling group end nodes that nobody drained."""
    lowest = context.desired.sizes[name].min
    group = ports.nodegroups.describe(name)
    if group is None or group.size.min <= lowest:
        return None
    ports.nodegroups.resize(name, group.size._replace(min=lowest))
    return f"lowered the min of node group {name} from {group.size.min} to {lowest}"
