"""Puts the data to sleep, last of all layers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.core.errors import Invalid
from functions.night_scaling.actions.context import step_context
from functions.night_scaling.contract import with_plan
from functions.runs.batch import try_all
from functions.runtime.entrypoint import Call, entrypoint

if TYPE_CHECKING:
    from functions.night_scaling.ports import Ports


@entrypoint
def handler(call: Call, ports: Ports) -> dict[str, Any]:
    """Stops the databases that ran before the sleep, if the mode asks for it.

    One that AWS never stops stays up for this night, and is verified without.

    Raises:
        TemporaryError: One is in a state that passes.
        PermanentError: One is refused for another reason; all others were asked.
    """
    context = step_context(call, ports)
    stopped = context.snapshot.databases if context.desired.database == "stopped" else ()
    left: dict[str, str] = {}

    def stop(name: str) -> str:
        try:
            ports.databases.stop(name)
        except Invalid as error:
            left[name] = f"database {name}: {error}"
            return f"went on without {left[name]}"
        return f"stopped database {name}"

    did = try_all(stopped, stop)
    kept = (*context.plan.kept, *left.values())
    return with_plan(context.run, left=tuple(left), kept=kept).and_did(*did).payload()
