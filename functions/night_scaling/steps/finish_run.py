"""Ends a verified night or wake: the snapshot of a wake goes only here, after the wake was seen."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from functions.core import names
from functions.core.control import Audience
from functions.core.errors import OpsError, SafetyRefusal
from functions.night_scaling.bundled import bundled_schedule
from functions.night_scaling.contract import read_plan
from functions.night_scaling.policy import lead, notices
from functions.night_scaling.policy.active_schedule import zone_of
from functions.night_scaling.policy.models import Action
from functions.night_scaling.policy.snapshot import NOTE, Phase, snapshot_of, to_values
from functions.night_scaling.schedule.model import AWAKE
from functions.runs.finish import Finished, finish
from functions.runs.notifying import notify_once
from functions.runs.run import read_run
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
            with suppress(OpsError):
                ports.table.write_note(run.target, lead.NOTE, wakes, over=record.note(lead.NOTE).revision)
        plan, snapshot = read_plan(run), snapshot_of(record)
        if run.action != Action.WAKE:
            kept = notices.kept_up(run.target, mode=plan.mode, kept=plan.kept)
            notify_once(
                ports, record, kept, to=Audience.TEAM, kind=notices.KEPT, target=run.target, now=call.now
            )
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
                half_woken=False,
            )
            written = ports.table.write_note(run.target, NOTE, to_values(settled), over=revision)
        if not written:
            raise SafetyRefusal(
                f"The capacity snapshot of {run.target} was written by somebody else meanwhile."
            )

    ends = (notices.LATE,) if read_plan(read_run(call.run)).mode == AWAKE else ()
    environment = names.environment_of(ports.settings.environment)
    zone = zone_of(environment, bundled=bundled_schedule(environment))
    return finish(call, ports, settle=settle, ends=ends, zone=zone)
