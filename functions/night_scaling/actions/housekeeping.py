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
from functions.night_scaling.policy import access, inventory, notices
from functions.night_scaling.policy.active_schedule import LAST_GOOD, document_in
from functions.runs.notifying import CALM, UTC, notify_of_end, notify_once, undecided_of
from functions.runs.policy.links import runbook_link

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from functions.night_scaling.actions.plan import Planned
    from functions.night_scaling.ports import Ports
    from functions.runs.policy.page import Message


NONE = timedelta(0)


def run(ports: Ports, planned: Planned, *, target: str, now: datetime) -> None:
    """Tells and remembers; a quiet tick of a healthy environment writes nothing."""

    def notify(to: Audience, kind: str, messages: Sequence[Message]) -> None:
        notify_once(ports, planned.record, messages, to=to, kind=kind, target=target, now=now)

    def end(kind: str, *, resolved: bool, calm: timedelta = NONE) -> None:
        if resolved:
            zone = _zone(planned)
            notify_of_end(ports, planned.record, kinds=[kind], target=target, now=now, zone=zone, calm=calm)

    refused = notices.refused_configuration(target, planned.faults)
    end(undecided_of(CAPABILITY), resolved=True, calm=CALM)
    end(notices.CONFIGURATION, resolved=not refused)
    notify(Audience.ON_DUTY, notices.CONFIGURATION, refused)
    notify(Audience.TEAM, notices.NOTICE, _upcoming(planned, target))
    notify(Audience.TEAM, notices.OBSERVED, _observed(planned, target))
    late = _late(ports, planned, target, now)
    end(notices.LATE, resolved=not late)
    notify(Audience.ON_DUTY, notices.LATE, late)
    # What is only remembered for convenience must not cost anybody a night.
    with suppress(OpsError, KeyError, TypeError, ValueError):
        notify(Audience.TEAM, notices.UNSAVED, _unsaved(ports, planned, target, now))
    for remember in (_remember_schedule, _remember_observing, _remember_inventory):
        with suppress(OpsError, KeyError, TypeError, ValueError):
            remember(ports, planned, target, now)


def _zone(planned: Planned) -> ZoneInfo:
    return planned.schedule.document.zone if planned.schedule else UTC


def _upcoming(planned: Planned, target: str) -> list[Message]:
    # A fleet's members share one schedule: its notices are told once, for the environment.
    if names.member_of(target) or not (planned.schedule and planned.answer):
        return []
    notice = notices.upcoming_sleep(planned.schedule.document, planned.answer)
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
