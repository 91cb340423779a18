"""Reads each source of a file of facts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from functions.chaos.policy.facts import (
    Alarm,
    Closed,
    ErrorBudget,
    Finding,
    Incident,
    Lease,
    OptedIn,
    Past,
    Work,
)
from functions.core.instants import read_instant
from functions.core.reading.table import Table

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

_T = TypeVar("_T")
MOST = 2_000
"""Items of one source; the text itself is bounded as well."""
_NEVER = read_instant("2000-01-01T00:00:00+00:00")
"""Stands where an instant could not be read: a fault has been noted, and nobody sees the value."""


def listed(table: Table, key: str, keys: tuple[str, ...], read: Callable[[Table], _T]) -> tuple[_T, ...]:
    """Reads a list of objects."""

    def item(value: Any, path: str) -> _T:
        return read(Table(value, path, table.faults, keys=keys))

    return table.items(key, item, most=MOST)


def read_alarms(table: Table, key: str) -> tuple[Alarm, ...]:
    """Reads alarms."""

    def alarm(inner: Table) -> Alarm:
        if not inner.has("muted"):
            inner.fault("muted", "is missing; write true or false")
        return Alarm(
            inner.text("name", "an alarm's name"),
            inner.choice("state", ("OK", "ALARM", "INSUFFICIENT_DATA")),
            inner.whole("period_seconds", 1, 86_400),
            _instant_or_null(inner, "last_data_at"),
            inner.flag("muted", default=False),
        )

    return listed(table, key, ("name", "state", "period_seconds", "last_data_at", "muted"), alarm)


def read_budget(table: Table, key: str) -> ErrorBudget:
    """Reads the error budget."""
    inner = Table(table.raw(key), table.at(key), table.faults, keys=("burn_1h", "left_percent"))
    if not inner.is_object:
        return ErrorBudget(0, 0)
    return ErrorBudget(inner.number("burn_1h", 0, 1_000_000), inner.number("left_percent", -1_000_000, 100))


def read_incidents(table: Table, key: str) -> tuple[Incident, ...]:
    """Reads incidents."""

    def incident(inner: Table) -> Incident:
        return Incident(inner.text("id", "an incident's name"), _instant_or_null(inner, "closed_at"))

    return listed(table, key, ("id", "closed_at"), incident)


def read_lock(table: Table, key: str) -> Lease:
    """Reads the lock."""
    inner = Table(table.raw(key), table.at(key), table.faults, keys=("holder", "leased_until"))
    if not inner.is_object:
        return Lease("", _NEVER)
    holder = inner.text("holder", "who holds it, such as night_scaling")
    return Lease(holder, inner.instant("leased_until") or _NEVER)


def read_work(table: Table, key: str) -> tuple[Work, ...]:
    """Reads what is under way or about to begin."""

    def work(inner: Table) -> Work:
        begins = inner.instant("begins") if inner.has("begins") else None
        return Work(inner.text("name", "its name"), begins)

    return listed(table, key, ("name", "begins"), work)


def read_opted_in(table: Table, key: str) -> OptedIn:
    """Reads what may be hit."""
    inner = Table(table.raw(key), table.at(key), table.faults, keys=OptedIn._fields)
    return OptedIn(*(read_phrases(inner, kind) for kind in OptedIn._fields))


def read_closed(table: Table, key: str) -> tuple[Closed, ...]:
    """Reads the schedule's closed stretches."""

    def closed(inner: Table) -> Closed:
        begin, end = inner.instant("begin") or _NEVER, inner.instant("end") or _NEVER
        if begin >= end > _NEVER:
            inner.fault("end", 'must come after "begin"')
        kind = inner.choice("kind", ("holiday", "freeze", "sleep"))
        return Closed(kind, inner.text("name", "its name"), begin, end)

    return listed(table, key, ("kind", "name", "begin", "end"), closed)


def read_past(table: Table, key: str) -> tuple[Past, ...]:
    """Reads earlier runs."""

    def past(inner: Table) -> Past:
        return Past(inner.name("experiment"), _instant_or_null(inner, "ended_at"))

    return listed(table, key, ("experiment", "ended_at"), past)


def read_findings(table: Table, key: str) -> tuple[Finding, ...]:
    """Reads findings."""

    def finding(inner: Table) -> Finding:
        state = inner.choice("state", ("open", "acknowledged", "closed"))
        known = Finding(inner.text("id", "a finding's name"), inner.name("experiment"), state)
        reason = inner.text("reason", "why it is acknowledged", default="")
        if state == "acknowledged" and not reason.strip():
            inner.fault("reason", "is missing: a finding is acknowledged with a reason")
        return known._replace(reason=reason, closed_by=inner.text("closed_by", "the passing run", default=""))

    return listed(table, key, ("id", "experiment", "state", "reason", "closed_by"), finding)


def read_phrases(table: Table, key: str) -> tuple[str, ...]:
    """Reads a list of texts."""

    def phrase(value: Any, path: str) -> str:
        return Table({"text": value}, path, table.faults, keys=("text",)).text("text", "a short text")

    return table.items(key, phrase, most=MOST)


def _instant_or_null(table: Table, key: str) -> datetime | None:
    if not table.has(key):
        table.fault(key, "is missing; write an instant with its offset, or null")
        return None
    return None if table.raw(key) is None else table.instant(key)
