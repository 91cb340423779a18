"""Observes and decides; on most ticks that is all."""

from typing import Any

from functions.night_scaling.contract import decided
from functions.night_scaling.notice import notice_of
from functions.night_scaling.planning import plan
from functions.night_scaling.telling import tell_faults, tell_notice
from functions.runtime.entrypoint import Call, entrypoint
from functions.runtime.wiring import Ports


@entrypoint
def handler(call: Call, ports: Ports) -> dict[str, Any]:
    """Answers with the run that is needed now; its action is `nothing` when none is."""
    environment = str(call.run["environment"])
    planned = plan(ports, environment=environment, owner=call.execution, now=call.now)
    tell_faults(ports, planned.record, planned.faults, environment=environment, now=call.now)
    choice = planned.choice
    notice = notice_of(choice.document, planned.answer) if choice and planned.answer else None
    tell_notice(ports, planned.record, notice, environment=environment, now=call.now)
    if choice and choice.text and choice.text != planned.record.last_good_schedule:
        ports.table.keep_last_good(environment, choice.text)
    cause = str(call.run.get("cause", "unknown"))
    return decided(planned.decision, environment=environment, cause=cause, now=call.now).payload()
