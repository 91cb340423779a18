"""Reads the facts of one decision."""

from datetime import datetime
from typing import Any, NamedTuple

from functions.remediation.policy.alarms import Alarm
from functions.remediation.policy.past import History, Raised, Run, RunAtWork
from functions.remediation.policy.plan import Change
from functions.remediation.policy.reading.snapshot import snapshot_of
from functions.remediation.policy.reading.sources import answer, many, perhaps, stale
from functions.remediation.policy.snapshot import Snapshot
from functions.remediation.policy.sources import Unreadable


class Facts(NamedTuple):
    """Everything that one decision is made of, the policy apart."""

    service: str
    now: datetime
    alarms: tuple[Alarm, ...] | Unreadable
    snapshot: Snapshot
    history: History | Unreadable


def facts_of(checked: dict[str, Any]) -> Facts:
    """Returns the facts of a document that its schema has been held against."""
    now = checked["now"]
    too_old = stale(checked["read_at"], now=now)
    sources = {**checked["snapshot"]}
    sources.update({name: {"unreadable": "stale"} for name in too_old - {"alarms", "history"}})
    top = {name: {"unreadable": "stale"} for name in too_old & {"alarms", "history"}}
    history = perhaps({**checked, **top}["history"], history_of)
    return Facts(
        service=checked["service"],
        now=now,
        alarms=answer({**checked, **top}["alarms"], alarms_of),
        snapshot=snapshot_of(sources),
        history=History() if history is None else history,
    )


def alarms_of(items: Any) -> tuple[Alarm, ...]:
    """Returns alarms."""
    return many(lambda item: Alarm(**item))(items)


def history_of(value: dict[str, Any]) -> History:
    """Returns what was done before."""
    at_work = value["at_work"]
    return History(
        runs=tuple(Run(**run) for run in value["runs"]),
        at_work=at_work
        and RunAtWork(**{**at_work, "made": tuple(Change(**each) for each in at_work["made"])}),
        circuit_reset=value["circuit_reset"],
        storm_last_alarm=value["storm_last_alarm"],
        replicas_rose_at=value["replicas_rose_at"],
        demoted=value["demoted"],
        raised=tuple(Raised(**raised) for raised in value["raised"]),
    )
