"""`toban status ENV`: what holds, why, what comes next, and whether the environment is there yet."""

import json
from datetime import datetime, timedelta
from typing import Any

import typer

from functions.core import names
from functions.night_scaling.policy.lead import learned_lead, wakes_of
from functions.night_scaling.policy.short_sleeps import short_sleeps
from functions.night_scaling.policy.snapshot import snapshot_of
from functions.night_scaling.schedule.desired import desired
from functions.night_scaling.schedule.holds import unexpired
from functions.runs.policy.guards import paused_by
from toban.control import AsJson, Control, Environment, Twin, View, control
from toban.holding import local


def command(environment: Environment, *, as_json: AsJson = False, twin: Twin = None) -> None:
    """Say what holds, why, what comes next, and whether the environment is there yet.

    Example: toban status dev
    """
    with control(environment, twin) as reached:
        found = summary(reached, reached.view())
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False))
        return
    for name, value in found.items():
        for line in value if isinstance(value, list) else [value]:
            typer.echo(f"{name.replace('_', ' '):<12} {'-' if line is None else line}")


def summary(reached: Control, view: View) -> dict[str, Any]:
    """Returns all that is known of an environment, as plain values; instants on its own wall clock."""
    record, choice, now = view.record, view.choice, view.now
    found: dict[str, Any] = {"environment": reached.environment}
    if choice is None:
        return {**found, "schedule": None}
    document = choice.document

    def wall(instant: datetime | None) -> str | None:
        return local(instant, document) if instant else None

    answer = desired(
        document, holds=choice.holds, now=now, lead=learned_lead(document.lead, wakes_of(record))
    )
    snapshot, lock = snapshot_of(record), record.lock
    found |= {
        "now": wall(now),
        "wanted": answer.mode,
        "reason": answer.reason,
        "next_change": f"{answer.next_mode} at {wall(answer.next_change)}" if answer.next_change else None,
        "is": f"{snapshot.phase.value}: {snapshot.mode}" if snapshot else "awake",
        "working": f"{lock.holder.execution}, until {wall(lock.leased_until)}"
        if lock and lock.leased_until > now
        else None,
    }
    paused = paused_by(record.note(names.PAUSE_NOTE).values)
    if paused:
        found["paused"] = paused
    wakes = wakes_of(record)
    lead = learned_lead(document.lead, wakes)
    minutes, stated = (span // timedelta(minutes=1) for span in (lead, document.lead))
    found["lead"] = (
        f"{minutes} minutes: {stated} by the document, "
        f"{len(wakes)} wake{'' if len(wakes) == 1 else 's'} remembered"
    )
    short = short_sleeps(document, holds=choice.holds, lead=lead, now=now)
    if short:
        found["too_short"] = [one.sentence(document, lead) for one in short]
    if snapshot and snapshot.attempts:
        found["given_up"] = f"{snapshot.attempts} times; tried again at {wall(snapshot.retry_at)}"
    found["holds"] = [
        f"{hold.id}: {hold.kind} until {wall(hold.expires)}, {hold.owner}: {hold.reason}"
        for hold in unexpired(choice.holds, now=now)
    ]
    found["schedule"] = "applied" if choice.text else "bundled, or the last good one"
    found["faults"] = list(choice.faults)
    return found
