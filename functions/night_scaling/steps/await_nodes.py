"""Are enough nodes Ready, and open to pods? Where they do not come, the fallback group lends some."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.core.errors import PermanentError
from functions.night_scaling.actions.context import step_context
from functions.night_scaling.actions.lend import lend
from functions.night_scaling.actions.raising import raise_nodegroup
from functions.night_scaling.policy.deadlines import GATE_PATIENCE, WAKE_BUDGET
from functions.night_scaling.policy.verification import below_min
from functions.runs.batch import Outcome, attempt_each
from functions.runs.policy.deadlines import is_spent
from functions.runs.policy.page import minutes
from functions.runtime.entrypoint import Call, entrypoint

if TYPE_CHECKING:
    from functions.night_scaling.ports import Ports


@entrypoint
def handler(call: Call, ports: Ports) -> dict[str, Any]:
    """Opens the nodes that Toban had cordoned and counts those that are Ready.

    Raises:
        PermanentError: The wake's time is up.
    """
    context = step_context(call, ports)
    nodes = [node for node in ports.cluster.nodes() if node.nodegroup in context.desired.sizes]
    opened = _open(ports, [node.name for node in nodes if node.cordoned_by_toban])
    missing = {}
    for name in context.desired.sizes:
        ready = sum(node.ready for node in nodes if node.nodegroup == name)
        if ready < context.desired.nodes_needed(name):
            missing[name] = context.desired.nodes_needed(name) - ready
    looked_at = context.desired.sizes if context.plan.short else missing
    found = {name: group for name in looked_at if (group := ports.nodegroups.describe(name)) is not None}
    groups = {name: group for name, group in found.items() if name in missing}
    waiting = [
        " ".join(
            [f"{missing[name]} nodes of {name} are not Ready", *(f"({issue})" for issue in group.issues)]
        )
        for name, group in groups.items()
    ]
    if waiting and is_spent(WAKE_BUDGET, started_at=context.run.started_at, now=call.now):
        raise PermanentError(
            f"Nodes did not come within {minutes(WAKE_BUDGET)}: {'; '.join(waiting)}. "
            "Look at the node group's health and the Auto Scaling group's activity for a lack of capacity."
        )
    sizes = context.desired.sizes
    short = [
        name
        for name, group in found.items()
        if group.size.desired < sizes[name].desired or below_min(sizes[name], group)
    ]
    raised = attempt_each(short, lambda name: raise_nodegroup(ports, context, name))
    did = [*opened.sentences, *raised.sentences]
    did += lend(ports, context, groups, missing, now=call.now)
    # Some nodes are enough to begin with when the others keep everybody waiting; `verify_capacity` wants them
    # all.
    enough = any(node.ready for node in nodes) and is_spent(
        GATE_PATIENCE, started_at=context.run.started_at, now=call.now
    )
    return context.run.and_did(*did, done=not waiting or enough, waiting_for=tuple(waiting)).payload()


def _open(ports: Ports, closed: list[str]) -> Outcome:
    def uncordon(name: str) -> str:
        ports.cluster.uncordon(name)
        return f"uncordoned {name}"

    return attempt_each(closed, uncordon)
