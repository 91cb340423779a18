"""Cordons and evicts the surplus nodes, and ends those that are empty."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.core.errors import SafetyRefusal
from functions.night_scaling.actions.context import step_context
from functions.night_scaling.actions.drain import drain_pass, end_empty
from functions.night_scaling.policy.deadlines import DRAIN_BUDGET
from functions.runs.policy.deadlines import is_spent
from functions.runs.policy.page import minutes
from functions.runtime.entrypoint import Call, entrypoint

if TYPE_CHECKING:
    from functions.night_scaling.ports import Ports


@entrypoint
def handler(call: Call, ports: Ports) -> dict[str, Any]:
    """Takes the drain as far as the disruption budgets and the share per pass allow now.

    Raises:
        SafetyRefusal: The drain's time is up; what holds it is named, and its nodes are open again.
    """
    context = step_context(call, ports)
    drained = drain_pass(ports.cluster, context)
    ended = end_empty(ports, context, [node for node, said in drained.held.items() if said is None])
    blockers = [sentence for said in drained.held.values() for sentence in said or ()]
    left = [node for node, said in drained.held.items() if said is not None]
    spent = is_spent(DRAIN_BUDGET, started_at=context.run.started_at, now=call.now)
    if left and spent:
        for node in left:
            ports.cluster.uncordon(node.name)
        raise SafetyRefusal(
            f"{', '.join(node.name for node in left)} could not be drained within {minutes(DRAIN_BUDGET)} "
            f"and stay up: {'; '.join(blockers).rstrip('.') or 'pods are still stopping'}. "
            "Loosen the disruption budget or add a replica."
        )
    # Nodes that come back as fast as they go are for `verify_capacity` to judge, not to drain for ever.
    done = not left and (spent or not drained.later)
    did = [f"drained and ended {name}" for name in ended]
    return context.run.and_did(*did, done=done, waiting_for=tuple(blockers)).payload()
