"""What every tick sees to besides its decision: who is told of what, and what is remembered for the next."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

from functions.core import names
from functions.core.control import Audience
from functions.core.errors import OpsError
from functions.night_scaling.actions.accounting import account
from functions.night_scaling.contract import CAPABILITY
from functions.night_scaling.policy import access, inventory, notices, short_sleeps
from functions.night_scaling.policy.active_schedule import LAST_GOOD, document_in
from functions.night_scaling.policy.models import Action
from functions.runs.notifying import CALM, notify_of_end, notify_once, undecided_of
from functions.runs.policy.links import runbook_link

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from functions.night_scaling.actions.plan import Planned
    from functions.night_scaling.ports import Ports
    from functions.runs.policy.page import Message


NONE = timedelta(0)
CHANGES = (Action.SLEEP, Action.WAKE, Action.STOP_AGAIN)


def run(ports: Ports, planned: Planned, *, target: str, now: datetime) -> None:
    """Tells and remembers; a quiet tick of a healthy environment writes nothing."""

    def notify(to: Audience, kind: str, messages: Sequence[Message]) -> None:
        notify_once(ports, planned.record, messages, to=to, kind=kind, target=target, now=now)

    refused = notices.refused_configuration(target, planned.faults)
    late = _late(ports, planned, target, now)
    short = _short(planned, target, now)
    if planned.decision.action not in CHANGES:
        # A run that begins now tells of its own end and of these in one notice.
        over = {undecided_of(CAPABILITY): CALM}
        over |= {} if refused else {notices.CONFIGURATION: NONE}
        over |= {} if late else {notices.LATE: NONE}
        over |= {} if short else {short_sleeps.KIND: NONE}
        notify_of_end(ports, planned.record, kinds=over, target=target, now=now, zone=planned.zone)
    notify(Audience.ON_DUTY, notices.CONFIGURATION, refused)
    notify(Audience.TEAM, notices.NOTICE, _upcoming(planned, target))
    notify(Audience.TEAM, notices.OBSERVED, _observed(planned, target))
    notify(Audience.ON_DUTY, notices.LATE, late)
    if short:
        notify(Audience.TEAM, short_sleeps.KIND, short)
    # What is only remembered for convenience must not cost anybody a night.
    with suppress(OpsError, KeyError, TypeError, ValueError):
        notify(Audience.TEAM, notices.UNSAVED, _unsaved(ports, planned, target, now))
    for remember in (_remember_schedule, _remember_observing, _remember_inventory):
        with suppress(OpsError, KeyError, TypeError, ValueError):
            remember(ports, planned, target, now)


def _upcoming(planned: Planned, target: str) -> list[Message]:
    # A fleet's members share one schedule: its notices are told once, for the environment.
    if names.member_of(target) or not (planned.schedule and planned.answer):
        return []
    notice = notices.upcoming_sleep(
        planned.schedule.document, planned.answer, observing_until=planned.observing_until
    )
    return [notice] if notice else []


def _observed(planned: Planned, target: str) -> list[Message]:
    decision, answer = planned.decision, planned.answer
    if not decision.observed or answer is None:
        return []
    return [notices.observed_sleep(decision.reason, answer, target=target, mode=decision.mode)]


def _late(ports: Ports, planned: Planned, target: str, now: datetime) -> list[Message]:
    if not (planned.schedule and planned.answer):
        return []
    late = notices.late_wake(
        planned.schedule.document,
        planned.answer,
        planned.snapshot,
        target=target,
        lead=planned.lead,
        runbook=runbook_link(notices.NOT_READY, docs_url=ports.settings.docs_url),
        now=now,
    )
    return [late] if late else []


def _short(planned: Planned, target: str, now: datetime) -> list[Message]:
    if not planned.schedule or planned.lead <= planned.schedule.document.lead:
        return []
    document, holds = planned.schedule.document, planned.schedule.holds
    found = short_sleeps.short_sleeps(document, holds=holds, lead=planned.lead, now=now)
    return short_sleeps.told(found, document, target=target, lead=planned.lead)


def _unsaved(ports: Ports, planned: Planned, target: str, now: datetime) -> list[Message]:
    night = account(ports, planned, target=target, now=now)
    if night is None:
        return []
    runbook = runbook_link(notices.NOT_SAVED, docs_url=ports.settings.docs_url)
    planned_hours, saved_hours = night.planned / 3600, night.saved / 3600
    return [
        notices.unsaved_night(
            target,
            since=night.since,
            planned_hours=planned_hours,
            saved_hours=saved_hours,
            runbook=runbook,
            zone=planned.zone,
        )
    ]


def _remember_schedule(ports: Ports, planned: Planned, target: str, _now: datetime) -> None:
    record = planned.record
    followed = planned.schedule.text if planned.schedule else None
    if followed and followed != document_in(record, LAST_GOOD):
        revision = record.note(LAST_GOOD).revision
        environment = names.environment_of(target)
        ports.table.write_note(environment, LAST_GOOD, {"document": followed}, over=revision)


def _remember_observing(ports: Ports, planned: Planned, target: str, now: datetime) -> None:
    observing = planned.record.note(access.OBSERVING)
    if not observing.values and ports.settings.observe_days:
        since = {"since": now.isoformat()}
        ports.table.write_note(target, access.OBSERVING, since, over=observing.revision)


def _remember_inventory(ports: Ports, planned: Planned, target: str, now: datetime) -> None:
    memory = planned.record.note(inventory.NOTE)
    seen = inventory.remembered(memory.values, planned.nodegroups, now=now)
    if seen is not None:
        ports.table.write_note(target, inventory.NOTE, seen, over=memory.revision)
