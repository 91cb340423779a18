"""Lowers each node group's min, so that chosen nodes may go; max stays, and so stays at least 1."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.night_scaling.actions.context import step_context
from functions.night_scaling.actions.lower import lower
from functions.runs.batch import attempt_each
from functions.runtime.entrypoint import Call, entrypoint

if TYPE_CHECKING:
    from functions.night_scaling.ports import Ports


@entrypoint
def handler(call: Call, ports: Ports) -> dict[str, Any]:
    """Lowers what can be lowered now; a group that is being updated is lowered while its nodes drain."""
    context = step_context(call, ports)
    outcome = attempt_each(context.desired.sizes, lambda name: lower(ports, context, name))
    return context.run.and_did(*outcome.sentences).payload()
