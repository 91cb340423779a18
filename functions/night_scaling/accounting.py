"""What a tick writes into the ledger, and when a month is reported."""

from datetime import datetime

from functions.night_scaling import guarding, ledger
from functions.night_scaling.aims import aim_for
from functions.night_scaling.planning import Planned
from functions.night_scaling.savings import report
from functions.night_scaling.schedule.model import ScheduleDocument
from functions.runtime.wiring import Ports

REPORT = "Night Savings Report"


def account(ports: Ports, planned: Planned, *, environment: str, now: datetime) -> str | None:
    """Writes what was off since the last tick, and announces a month that is over.

    The report goes out before the month is closed: a crash between the two reports twice rather than never.

    Returns:
        What to tell when the present sleep does not save what was planned; None when it does.
    """
    if planned.choice is None or planned.answer is None:
        return None
    note = planned.record.note(ledger.NOTE)
    zone = planned.choice.document.zone
    after = ledger.accrued(note.values, _tick(planned), now=now, zone=zone)
    if after is None:
        return ledger.unsaved(note.values)
    closed = after.get("last")
    if closed and closed != note.values.get("last"):
        ports.announcer.announce(REPORT, report(environment, closed))
    ports.table.write_note(environment, ledger.NOTE, after, over=note.revision)
    return ledger.unsaved(after)


def _tick(planned: Planned) -> ledger.Tick:
    record, answer = planned.record, planned.answer
    document = planned.choice.document if planned.choice else None
    assert document  # noqa: S101 - the caller asked
    assert answer  # noqa: S101 - the caller asked
    paused = guarding.paused_by(record.note(guarding.PAUSE).values)
    asleep = answer.asleep and not paused and not planned.decision.observed
    snapshot = record.snapshot
    keys = {name: f"{group.team}|{_type(document, name)}" for name, group in planned.nodegroups.items()}
    off: dict[str, int] = {}
    should: dict[str, int] = {}
    by_day = (
        snapshot.nodegroups if snapshot else {name: group.size for name, group in planned.nodegroups.items()}
    )
    aim = aim_for(snapshot, planned.decision.layers).sizes if snapshot else {}
    for name, key in keys.items():
        if name not in by_day:
            continue
        usual = by_day[name].desired
        wanted = aim[name].desired if name in aim else _least(planned, usual)
        _add(off, key, usual - planned.nodegroups[name].size.desired)
        _add(should, key, usual - wanted)
    for name, status in planned.databases.items():
        kind, copies = _class(document, name)
        _add(should, f"|{kind}", copies)
        _add(off, f"|{kind}", copies if status == "stopped" else 0)
    since = answer.since.isoformat() if answer.since else ""
    return ledger.Tick(asleep, since, off, should if asleep else {})


def _least(planned: Planned, usual: int) -> int:
    nodes = planned.decision.layers.nodegroups
    return usual if nodes is None else min(usual, nodes)


def _add(totals: dict[str, int], key: str, units: int) -> None:
    totals[key] = totals.get(key, 0) + max(0, units)


def _type(document: ScheduleDocument, name: str) -> str:
    groups = {group.name: group.instance_type for target in document.targets for group in target.nodegroups}
    return groups.get(name, "unknown")


def _class(document: ScheduleDocument, name: str) -> tuple[str, int]:
    found = [each for target in document.targets for each in target.databases if each.name == name]
    return (found[0].instance_class, 2 if found[0].multi_az else 1) if found else ("unknown", 1)
