"""Lowers each node group's min, so that chosen nodes may go; max stays, and so stays at least 1."""

from dataclasses import replace
from typing import Any

from functions.night_scaling.stepping import footing
from functions.runtime.entrypoint import Call, entrypoint
from functions.runtime.wiring import Ports


@entrypoint
def handler(call: Call, ports: Ports) -> dict[str, Any]:
    """Lowers min only: lowering desired would let the Auto Scaling group end nodes that nobody drained."""
    ground = footing(call, ports)
    did = []
    for name, size in ground.aim.sizes.items():
        group = ports.nodegroups.describe(name)
        if group is not None and group.size.min > size.min:
            ports.nodegroups.resize(name, replace(group.size, min=size.min))
            did.append(f"lowered the min of node group {name} from {group.size.min} to {size.min}")
    return ground.run.and_did(*did).payload()
