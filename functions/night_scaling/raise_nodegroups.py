"""Wakes the nodes: min, desired and max as they were."""

from typing import Any

from functions.night_scaling.stepping import Footing, footing
from functions.night_scaling.together import for_each
from functions.runtime.entrypoint import Call, entrypoint
from functions.runtime.wiring import Ports


@entrypoint
def handler(call: Call, ports: Ports) -> dict[str, Any]:
    """Raises each node group to its aim; one that holds more nodes keeps them, for somebody needs them."""
    ground = footing(call, ports)
    did = for_each(ground.aim.sizes, lambda name: _raise(ports, ground, name))
    return ground.run.and_did(*did).payload()


def _raise(ports: Ports, ground: Footing, name: str) -> str | None:
    size = ground.aim.sizes[name]
    group = ports.nodegroups.describe(name)
    if group is None:
        return f"left out node group {name}, which is gone"
    desired = max(size.desired, group.size.desired)
    wanted = size._replace(desired=desired, max=max(size.max, desired))
    if group.size == wanted:
        return None
    ports.nodegroups.resize(name, wanted)
    return f"raised node group {name} from {group.size.desired} to {wanted.desired} nodes"
