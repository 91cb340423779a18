"""The capacity budget, which closes scale-outs: connections of the database, room on nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.remediation.policy.looks import read
from functions.remediation.policy.plan import Effect
from functions.remediation.policy.reasons import Code, Reason
from functions.remediation.policy.sources import Source

if TYPE_CHECKING:
    from functions.remediation.policy.case import Case

SOURCES = (Source.WORKLOAD, Source.DATABASE, Source.ROOM)


def connections_with(case: Case, replicas: int) -> int:
    """Returns the connections of so many replicas, a surge, all others and the reserve included."""
    database = read(case.snapshot.database)
    surge = read(case.snapshot.workload).max_surge
    return (replicas + surge) * database.pool_size + database.others + database.reserve


def connections_allowed(case: Case) -> int:
    """Returns how many connections the cap leaves of the database's maximum, rounded down."""
    return read(case.snapshot.database).max_connections * case.policy.caps.connections_percent // 100


def room_for(case: Case, replicas: int, *, now_running: int) -> Effect | Reason:
    """Returns the effect of having so many replicas, or what there is no room for."""
    used, allowed = connections_with(case, replicas), connections_allowed(case)
    if used > allowed:
        share = f"{case.policy.caps.connections_percent} % of max_connections"
        text = f"{replicas} replicas would use {used} connections, of {allowed} ({share})"
        return Reason(Code.CONNECTION_BUDGET, text)
    more = replicas - now_running
    fitting = read(case.snapshot.room).pods
    if more > fitting:
        return Reason(Code.NODE_ROOM, f"{more} more replicas need room, and the nodes have it for {fitting}")
    return Effect(replicas_at_most=replicas, connections_at_most=used)
