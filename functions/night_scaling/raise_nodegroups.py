"""Wakes the nodes: min, desired and max as they were."""

from dataclasses import replace
from typing import Any

from functions.night_scaling.stepping import footing
from functions.runtime.entrypoint import Call, entrypoint
from functions.runtime.wiring import Ports


@entrypoint
def handler(call: Call, ports: Ports) -> dict[str, Any]:
    """Raises each node group to its aim; one that holds more nodes keeps them, for somebody needs them."""
    ground = footing(call, ports)
    did = []
    for name, size in ground.aim.sizes.items():
        group = ports.nodegroups.describe(name)
        if group is None:
            did.append(f"left out node group {name}, which is gone")
            continue
        desired = max(size.desired, group.size.desired)
        wanted = replace(size, desired=desired, max=max(size.max, desired))
        if group.size != wanted:
            ports.nodegroups.resize(name, wanted)
            did.append(f"raised node group {name} from {group.size.desired} to {wanted.desired} nodes")
    return ground.run.and_did(*did).payload()
