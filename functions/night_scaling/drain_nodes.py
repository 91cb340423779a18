"""Cordons and evicts the surplus nodes, and ends those that are empty."""

from typing import Any

from functions.core.capacity import Node
from functions.core.errors import SafetyRefusal
from functions.core.ports.kubernetes import Cluster
from functions.night_scaling.patience import DRAIN_BUDGET, is_spent
from functions.night_scaling.stepping import Footing, footing
from functions.night_scaling.victims import choose_victims
from functions.runtime.entrypoint import Call, entrypoint
from functions.runtime.wiring import Ports


@entrypoint
def handler(call: Call, ports: Ports) -> dict[str, Any]:
    """Takes the drain as far as the disruption budgets allow now.

    Raises:
        SafetyRefusal: The drain's time is up; what holds it is named, and its nodes are open again.
    """
    ground = footing(call, ports)
    victims = _victims(ports, ground)
    for node in victims:
        if not node.cordoned:
            ports.cluster.cordon(node.name)
    held = {node: _evict_all(ports.cluster, node) for node in victims}
    ended = _end_empty(ports, ground, [node for node in victims if held[node] is None])
    blockers = [sentence for sentences in held.values() for sentence in sentences or ()]
    left = [node for node in victims if held[node] is not None]
    if left and is_spent(DRAIN_BUDGET, started_at=ground.run.started_at, now=call.now):
        for node in left:
            ports.cluster.uncordon(node.name)
        raise SafetyRefusal(
            f"{', '.join(node.name for node in left)} could not be drained within {DRAIN_BUDGET} and stay up: "
            f"{'; '.join(blockers) or 'pods are still stopping'}. Loosen the disruption budget or add a replica."
        )
    did = [f"drained and ended {name}" for name in ended]
    return ground.run.and_did(*did, done=not left, waiting_for=tuple(blockers)).payload()


def _victims(ports: Ports, ground: Footing) -> list[Node]:
    nodes = ports.cluster.nodes()
    victims: list[Node] = []
    for name, size in ground.aim.sizes.items():
        victims += choose_victims((node for node in nodes if node.nodegroup == name), keep=size.desired)
    return victims


def _evict_all(cluster: Cluster, node: Node) -> list[str] | None:
    """Asks each pod of a node to leave; None when there is none, else what the budgets said, perhaps nothing."""
    pods = cluster.pods_to_evict(node.name)
    if not pods:
        return None
    answers = (cluster.evict(pod) for pod in pods if not pod.leaving)
    return [sentence for sentence in answers if sentence is not None]


def _end_empty(ports: Ports, ground: Footing, empty: list[Node]) -> list[str]:
    """Ends the empty nodes, never more than the group's desired size stands above its aim."""
    ended = []
    for name, size in ground.aim.sizes.items():
        group = ports.nodegroups.describe(name)
        surplus = group.size.desired - size.desired if group else 0
        for node in (node for node in empty if node.nodegroup == name):
            if surplus > 0 and ports.nodegroups.retire(node.instance_id):
                surplus -= 1
                ended.append(node.name)
    return ended
