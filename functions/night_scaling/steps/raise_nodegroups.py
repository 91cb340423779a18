"""Wakes the nodes: min, desired and max as they were."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.core.errors import PermanentError, TemporaryError
from functions.night_scaling.actions.context import step_context
from functions.night_scaling.actions.raising import raise_nodegroup
from functions.runs.batch import attempt_each
from functions.runtime.entrypoint import Call, entrypoint

if TYPE_CHECKING:
    from functions.night_scaling.ports import Ports


@entrypoint
def handler(call: Call, ports: Ports) -> dict[str, Any]:
    """Raises each node group to its aim; one that is being updated is raised while nodes are waited for.

    Raises:
        TemporaryError: None can be raised yet.
        PermanentError: All of them were refused.
    """
    context = step_context(call, ports)
    sizes = context.desired.sizes
    outcome = attempt_each(sizes, lambda name: raise_nodegroup(ports, context, name))
    if sizes and len(outcome.refused) == len(sizes):
        raise PermanentError("; ".join(outcome.refused))
    if sizes and len(outcome.passing) + len(outcome.refused) == len(sizes):
        raise TemporaryError("; ".join((*outcome.passing, *outcome.refused)))
    return context.run.and_did(*outcome.sentences).payload()
