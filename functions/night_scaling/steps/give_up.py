"""Ends a night that cannot go on: puts the next attempt off, and tells people what that means for them."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from functions.core import names
from functions.core.errors import OpsError
from functions.night_scaling.bundled import bundled_schedule
from functions.night_scaling.contract import CAPABILITY, read_plan
from functions.night_scaling.policy import outlooks
from functions.night_scaling.policy.active_schedule import find_active
from functions.night_scaling.policy.models import Action
from functions.night_scaling.policy.snapshot import NOTE, snapshot_of, to_values
from functions.night_scaling.schedule.desired import desired
from functions.runs.give_up import Failure, give_up
from functions.runs.policy.deadlines import next_attempt
from functions.runtime.entrypoint import Call, entrypoint

if TYPE_CHECKING:
    from functions.night_scaling.policy.active_schedule import ActiveSchedule
    from functions.night_scaling.ports import Ports
    from functions.runs.policy.page import Outlook


@entrypoint
def handler(call: Call, ports: Ports) -> dict[str, Any]:
    """Gives up. What was changed stays until the next tick, which finishes it or takes it back."""

    def abandon(failure: Failure) -> Outlook:
        run, target = failure.run, failure.target
        if run is None:
            return _undecided(failure, call)
        match Action(run.action):
            case Action.SLEEP | Action.STOP_AGAIN:
                return _put_off(ports, failure, call)
            case Action.WAKE:
                return outlooks.outlook_of_wake(target=target, mode=read_plan(run).mode)
            case Action.CHECK_ACCESS:
                return outlooks.outlook_of_access(target=target)
            case Action.NOTHING | Action.REFUSE:
                return _undecided(failure, call)._replace(tell=None)

    return give_up(call, ports, capability=CAPABILITY, abandon=abandon)


def _put_off(ports: Ports, failure: Failure, call: Call) -> Outlook:
    """Writes down when a sleep is tried again, later after each failure."""
    target, record = failure.target, failure.record
    snapshot, retry_at = snapshot_of(record), None
    if snapshot is not None and failure.run and failure.run.action == Action.SLEEP:
        attempts = snapshot.attempts + failure.first
        retry_at = next_attempt(max(attempts, 1), now=call.now)
        later = snapshot._replace(attempts=attempts, retry_at=retry_at)
        with suppress(OpsError):
            ports.table.write_note(target, NOTE, to_values(later), over=record.note(NOTE).revision)
    active = _active(failure)
    document = active.document if active else None
    return outlooks.outlook_of_sleep(document, target=target, retry_at=retry_at, now=call.now)


def _undecided(failure: Failure, call: Call) -> Outlook:
    """Says whom it hurts that nothing could be decided, by the schedule and what is remembered alone."""
    active = _active(failure)
    answer = desired(active.document, holds=active.holds, now=call.now) if active else None
    return outlooks.outlook_of_decision(answer, snapshot_of(failure.record), target=failure.target)


def _active(failure: Failure) -> ActiveSchedule | None:
    bundled = bundled_schedule(names.environment_of(failure.target))
    return find_active(failure.record, environment=failure.target, bundled=bundled)
