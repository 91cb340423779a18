"""Rungs that end sessions of the database: of roles that have opted in, the oldest first, a few at a time."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

from functions.remediation.policy.codes import Rung
from functions.remediation.policy.looks import read
from functions.remediation.policy.plan import Change, Step
from functions.remediation.policy.reasons import Code, Reason

if TYPE_CHECKING:
    from collections.abc import Iterable

    from functions.remediation.policy.case import Case
    from functions.remediation.policy.snapshot import Session


def idle_in_transaction(case: Case) -> Step | None:
    """Ends transactions that nobody goes on with; None when there is none old enough."""
    oldest = timedelta(seconds=case.policy.numbers.idle_in_transaction_seconds)
    found = [
        session
        for session in _endable(case)
        if session.state.startswith("idle in transaction") and case.now - session.since > oldest
    ]
    text = f"{len(found)} sessions idle in a transaction for more than {oldest.seconds} seconds"
    return _end(case, found, Rung.END_IDLE_TRANSACTIONS, Reason(Code.IDLE_IN_TRANSACTION, text))


def idle(case: Case) -> Step | None:
    """Ends idle sessions beyond what each pod's pool keeps, only when the database is nearly full."""
    database, numbers = read(case.snapshot.database), case.policy.numbers
    if database.connections * 100 <= database.max_connections * numbers.idle_share_percent:
        return None
    oldest = timedelta(minutes=numbers.idle_minutes)
    kept: Counter[str | None] = Counter()
    found = []
    for session in sorted(_endable(case), key=lambda each: each.since, reverse=True):
        if session.state == "idle":
            kept[session.pod] += 1
            if kept[session.pod] > database.pool_floor and case.now - session.since > oldest:
                found.append(session)
    text = f"{len(found)} idle sessions beyond the pools' floor, with {database.connections} connections"
    return _end(case, found, Rung.END_IDLE_SESSIONS, Reason(Code.IDLE_SESSIONS, text))


def _endable(case: Case) -> Iterable[Session]:
    roles = case.service.database_roles
    return (
        session
        for session in read(case.snapshot.sessions)
        if session.purpose == "application" and session.role in roles
    )


def _end(case: Case, sessions: list[Session], rung: Rung, cause: Reason) -> Step | None:
    sessions.sort(key=lambda session: (session.since, session.pid))
    chosen = sessions[: case.policy.caps.ended_sessions]
    if not chosen:
        return None
    changes = tuple(
        Change("Session", f"terminate/{session.pid}", None, session.backend_start.isoformat())
        for session in chosen
    )
    return Step(rung, cause, f"{len(chosen)} sessions", changes)
