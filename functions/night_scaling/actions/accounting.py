"""What a tick writes into the ledger, and when a month is reported."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.core import names
from functions.night_scaling.bundled import bundled_prices
from functions.night_scaling.contract import CAPABILITY
from functions.night_scaling.policy import ledger as books
from functions.night_scaling.policy.desired_capacity import desired_capacity
from functions.night_scaling.policy.nodes_that_stay import sizes_asleep
from functions.night_scaling.policy.savings import report
from functions.runs.policy.guards import paused_by

if TYPE_CHECKING:
    from datetime import datetime

    from functions.night_scaling.actions.plan import Planned
    from functions.night_scaling.ports import Ports
    from functions.night_scaling.schedule.desired import Desired
    from functions.night_scaling.schedule.model import ScheduleDocument

REPORT = "Night Savings Report"


def account(ports: Ports, planned: Planned, *, target: str, now: datetime) -> books.Night | None:
    """Writes what was off since the last tick, and announces a month that is over.

    The report goes out before the month is closed: a crash between the two reports twice rather than never.

    Returns:
        The present sleep when it does not save what was planned; None when it does, or there is no schedule.
    """
    if planned.schedule is None or planned.answer is None:
        return None
    note = planned.record.note(books.NOTE)
    before = books.read_ledger(note.values)
    document = planned.schedule.document
    after = books.accrue(before, _tick(planned, document, planned.answer), now=now, zone=document.zone)
    if after is not None:
        if after.last and after.last != before.last:
            ports.announcer.announce(CAPABILITY, REPORT, report(target, after.last, prices=bundled_prices()))
        ports.table.write_note(target, books.NOTE, books.ledger_values(after), over=note.revision)
    night = (after or before).night
    return night if books.is_unsaved(night) else None


def _tick(planned: Planned, document: ScheduleDocument, answer: Desired) -> books.Tick:
    paused = paused_by(planned.record.note(names.PAUSE_NOTE).values)
    asleep = answer.asleep and not paused and not planned.decision.observed
    off: dict[str, int] = {}
    should: dict[str, int] = {}
    _count_nodes(planned, document, off, should)
    for name, status in planned.databases.items():
        kind, copies = _class(document, name)
        _add(should, f"|{kind}", copies)
        _add(off, f"|{kind}", copies if status == "stopped" else 0)
    since = answer.since.isoformat() if answer.since else ""
    return books.Tick(asleep, since, off, should if asleep else {})


def _count_nodes(
    planned: Planned, document: ScheduleDocument, off: dict[str, int], should: dict[str, int]
) -> None:
    snapshot, layers = planned.snapshot, planned.decision.layers
    sizes = {name: group.size for name, group in planned.nodegroups.items()}
    by_day = snapshot.nodegroups if snapshot else sizes
    wanted = desired_capacity(snapshot, layers).sizes if snapshot else {}
    asleep = sizes_asleep(by_day, layers.nodegroups)
    for name, group in planned.nodegroups.items():
        if name not in by_day:
            continue
        usual = by_day[name].desired
        key = f"{group.team}|{_type(document, name)}"
        _add(off, key, usual - group.size.desired)
        _add(should, key, usual - wanted.get(name, asleep[name]).desired)


def _add(totals: dict[str, int], key: str, units: int) -> None:
    totals[key] = totals.get(key, 0) + max(0, units)


def _type(document: ScheduleDocument, name: str) -> str:
    groups = {group.name: group.price for target in document.targets for group in target.nodegroups}
    return groups.get(name, "unknown")


def _class(document: ScheduleDocument, name: str) -> tuple[str, int]:
    for target in document.targets:
        for database in target.databases:
            if database.name == name:
                return database.instance_class, 2 if database.multi_az else 1
    return "unknown", 1
