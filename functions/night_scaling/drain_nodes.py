"""Cordons and evicts the surplus nodes, and ends those that are empty."""

from typing import Any

from functions.core.errors import SafetyRefusal
from functions.night_scaling.draining import drain_pass, end_empty
from functions.night_scaling.patience import DRAIN_BUDGET, is_spent
from functions.night_scaling.stepping import footing
from functions.runtime.entrypoint import Call, entrypoint
from functions.runtime.wiring import Ports


@entrypoint
def handler(call: Call, ports: Ports) -> dict[str, Any]:
    """Takes the drain as far as the disruption budgets and the share per pass allow now.

    Raises:
        SafetyRefusal: The drain's time is up; what holds it is named, and its nodes are open again.
    """
    ground = footing(call, ports)
    taken = drain_pass(ports.cluster, ground)
    ended = end_empty(ports, ground, [node for node, said in taken.held.items() if said is None])
    blockers = [sentence for said in taken.held.values() for sentence in said or ()]
    left = [node for node, said in taken.held.items() if said is not None]
    spent = is_spent(DRAIN_BUDGET, started_at=ground.run.started_at, now=call.now)
    if left and spent:
        for node in left:
            ports.cluster.uncordon(node.name)
        raise SafetyRefusal(
            f"{', '.join(node.name for node in left)} could not be drained within {DRAIN_BUDGET} and stay up: "
            f"{'; '.join(blockers) or 'pods are still stopping'}. Loosen the disruption budget or add a replica."
        )
    # Nodes that come back as fast as they go are for `verify_capacity` to judge, not to drain for ever.
    done = not left and (spent or not taken.later)
    did = [f"drained and ended {name}" for name in ended]
    return ground.run.and_did(*did, done=done, waiting_for=tuple(blockers)).payload()
