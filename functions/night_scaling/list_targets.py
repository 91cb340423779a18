"""Lists the members of the fleet that a tick starts a run for: every cluster of the document but the stack's own."""

from typing import Any

from functions.core.errors import PermanentError
from functions.night_scaling.choosing import choose
from functions.night_scaling.fleet import due, members
from functions.night_scaling.schedule.desired import desired
from functions.runtime.entrypoint import Call, entrypoint
from functions.runtime.wiring import Ports


@entrypoint
def handler(call: Call, ports: Ports) -> dict[str, Any]:
    """Answers with the input of each member's run; the schedule is worked out once for all of them.

    Raises:
        PermanentError: The call is for another environment than this control plane's.
    """
    environment = str(call.run["environment"])
    if environment != ports.settings.environment:
        raise PermanentError(f"This control plane operates {ports.settings.environment}, not {environment}.")
    choice = choose(ports.table.recall(environment), environment=environment)
    if choice is None:
        return {"targets": [], "reason": f"{environment} has no schedule", "action": "nothing"}
    document = choice.document
    asleep = desired(document, holds=choice.holds, now=call.now).asleep
    found = members(document, own=ports.settings.cluster)
    share = document.caps.share_per_tick_percent if asleep else 100
    chosen = due(found, share_percent=share, now=call.now)
    cause = str(call.run.get("cause", "fleet"))
    return {
        "targets": [
            {
                "environment": f"{environment}/{target.name}",
                "cause": cause,
                "fleet": {
                    "cluster": target.cluster,
                    "nodegroups": [group.name for group in target.nodegroups],
                    "databases": [database.name for database in target.databases],
                },
            }
            for target in chosen
        ],
        "reason": f"{len(chosen)} of {len(found)} members are due",
        "action": "fan out",
    }
