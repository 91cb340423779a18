"""Lowers each node group's min, so that chosen nodes may go; max stays, and so stays at least 1."""

from typing import Any

from functions.night_scaling.stepping import Footing, footing
from functions.night_scaling.together import for_each
from functions.runtime.entrypoint import Call, entrypoint
from functions.runtime.wiring import Ports


@entrypoint
def handler(call: Call, ports: Ports) -> dict[str, Any]:
    """Lowers min only: lowering desired would let the Auto Scaling group end nodes that nobody drained."""
    ground = footing(call, ports)
    did = for_each(ground.aim.sizes, lambda name: _lower(ports, ground, name))
    return ground.run.and_did(*did).payload()


def _lower(ports: Ports, ground: Footing, name: str) -> str | None:
    lowest = ground.aim.sizes[name].min
    group = ports.nodegroups.describe(name)
    if group is None or group.size.min <= lowest:
        return None
    ports.nodegroups.resize(name, group.size._replace(min=lowest))
    return f"lowered the min of node group {name} from {group.size.min} to {lowest}"
