"""Cordons and evicts the surplus nodes, and ends those that are empty."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.night_scaling.actions.context import step_context
from functions.night_scaling.actions.drain import drain_pass, end_empty, reopen
from functions.night_scaling.contract import with_plan
from functions.night_scaling.policy.deadlines import DRAIN_BUDGET
from functions.runs.policy.deadlines import is_spent
from functions.runtime.entrypoint import Call, entrypoint

if TYPE_CHECKING:
    from functions.night_scaling.ports import Ports


@entrypoint
def handler(call: Call, ports: Ports) -> dict[str, Any]:
    """Takes the drain as far as the disruption budgets and the share per pass allow now.

    When its time is up, what holds a node is written down, the node is open again, and the night goes on
    without it: one pod decides for its own node alone. `verify_capacity` says what that means for the run.
    """
    context = step_context(call, ports)
    drained = drain_pass(ports.cluster, context, now=call.now)
    ended = end_empty(ports, context, [one.node for one in drained.drained if one.empty])
    left = [one for one in drained.drained if not one.empty]
    blockers = [sentence for one in left for sentence in one.blockers]
    spent = is_spent(DRAIN_BUDGET, started_at=context.run.started_at, now=call.now)
    held: tuple[str, ...] = ()
    if left and spent:
        reopen(ports.cluster, [one.node for one in left])
        held = tuple(
            f"{one.node.name}: {'; '.join(one.blockers) or 'pods are still stopping'}" for one in left
        )
    run = with_plan(
        context.run,
        held=held,
        kept=tuple(dict.fromkeys((*context.plan.kept, *drained.kept))),
        kept_nodes=drained.kept_nodes,
        asked=drained.asked,
    )
    # Nodes that come back as fast as they go are for `verify_capacity` to judge, not to drain for ever.
    done = spent or not (left or drained.later)
    did = [f"drained and ended {name}" for name in ended]
    did += [f"kept a node for {sentence}" for sentence in drained.kept]
    return run.and_did(*did, done=done, waiting_for=() if held else tuple(blockers)).payload()
