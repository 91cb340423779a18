"""Ends a verified night or wake: the snapshot of a wake goes only here, after the wake was seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.core.errors import SafetyRefusal
from functions.night_scaling.contract import read_plan
from functions.night_scaling.policy import lead
from functions.night_scaling.policy.models import Action
from functions.night_scaling.policy.snapshot import NOTE, Phase, snapshot_of, to_values
from functions.night_scaling.schedule.model import AWAKE
from functions.runs.finish import Finished, finish
from functions.runtime.entrypoint import Call, entrypoint

if TYPE_CHECKING:
    from functions.night_scaling.ports import Ports


@entrypoint
def handler(call: Call, ports: Ports) -> dict[str, Any]:
    """Remembers how long a wake took, and settles the snapshot or deletes it."""

    def settle(finished: Finished) -> None:
        run, record = finished.run, finished.record
        if finished.first and run.action == Action.WAKE:
            wakes = {"seconds": lead.with_wake(lead.wakes_of(record), finished.seconds)}
            ports.table.write_note(run.target, lead.NOTE, wakes, over=record.note(lead.NOTE).revision)
        plan, snapshot = read_plan(run), snapshot_of(record)
        if snapshot is None:
            return
        revision = record.note(NOTE).revision
        if plan.mode == AWAKE:
            written = ports.table.delete_note(run.target, NOTE, over=revision)
        else:
            settled = snapshot._replace(
                mode=plan.mode,
                layers=plan.layers,
                phase=Phase.ASLEEP,
                attempts=0,
                retry_at=None,
                settled_at=call.now,
                databases=tuple(name for name in snapshot.databases if name not in plan.left),
                left=plan.found,
            )
            written = ports.table.write_note(run.target, NOTE, to_values(settled), over=revision)
        if not written:
            raise SafetyRefusal(
                f"The capacity snapshot of {run.target} was written by somebody else meanwhile."
            )

    return finish(call, ports, settle=settle)
