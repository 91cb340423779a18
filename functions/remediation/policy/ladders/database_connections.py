"""Ladder 5, connections: end what nobody uses, cut demand that has just risen, degrade; never scale out."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

from functions.remediation.policy.codes import Rung, Told, Verdict
from functions.remediation.policy.looks import Look, Stop, read
from functions.remediation.policy.reasons import Code, Reason
from functions.remediation.policy.rungs import degrading, pods, scaling, sessions
from functions.remediation.policy.sources import Source, Unreadable

if TYPE_CHECKING:
    from functions.remediation.policy.case import Case
    from functions.remediation.policy.plan import Step


def few(case: Case) -> Stop | None:
    """Does nothing where the alarm's number is small for this class of database."""
    database, percent = read(case.snapshot.database), case.policy.numbers.few_connections_percent
    if not database.available or database.connections * 100 >= database.max_connections * percent:
        return None
    text = f"{database.connections} connections are few of {database.max_connections}, below {percent} %"
    return Stop(Verdict.NOTHING, Reason(Code.FEW_CONNECTIONS, text), Told.TEAM, hands_on=True)


def idle_transactions(case: Case) -> Step | None:
    """Ends transactions that nobody goes on with."""
    return sessions.idle_in_transaction(case)


def idle_sessions(case: Case) -> Step | None:
    """Ends idle sessions when nearly no connection is left."""
    return sessions.idle(case)


def demand(case: Case) -> Step | Reason | None:
    """Lowers the autoscaler's bound where replicas rose a short while ago and are cool."""
    scaler = read(case.snapshot.autoscaler)
    rose = None if isinstance(case.history, Unreadable) else case.history.replicas_rose_at
    recent = timedelta(minutes=case.policy.numbers.replicas_rose_minutes)
    if scaler is None or rose is None or case.now - rose > recent:
        return None
    hottest = max((pod.cpu_percent for pod in read(case.snapshot.pods)), default=0.0)
    if hottest > case.policy.numbers.cool_cpu_percent:
        return None
    cause = Reason(
        Code.REPLICAS_ROSE, f"replicas rose at {rose.isoformat()}, and no pod is above {hottest:g} %"
    )
    return scaling.lower_max(case, scaler, cause)


def leaking(case: Case) -> Step | Reason | Stop | None:
    """Restarts the pods of a service of which one holds more connections than its pool has."""
    pool = read(case.snapshot.database).pool_size
    held = Counter(session.pod for session in read(case.snapshot.sessions) if session.pod is not None)
    own = {pod.name for pod in read(case.snapshot.pods)}
    pod, count = max(
        ((pod, count) for pod, count in held.items() if pod in own), default=("", 0), key=lambda p: p[1]
    )
    if count <= pool:
        return None
    return pods.restart(case, Reason(Code.ONE_POD, f"{pod} holds {count} connections, of a pool of {pool}"))


def degrade(case: Case) -> Step | Reason:
    """Lets the API do without what is expensive."""
    return degrading.degrade(case, Reason(Code.DATABASE_CAUSE, "the database has too many connections"))


LOOKS = (
    Look(None, (Source.DATABASE,), few),
    Look(Rung.END_IDLE_TRANSACTIONS, (Source.SESSIONS,), idle_transactions),
    Look(Rung.END_IDLE_SESSIONS, (Source.SESSIONS, Source.DATABASE), idle_sessions),
    Look(
        Rung.LOWER_MAX_REPLICAS,
        (Source.AUTOSCALER, Source.PODS, Source.WORKLOAD, Source.TARGETS, Source.DATABASE),
        demand,
    ),
    Look(Rung.ROLLING_RESTART, (Source.SESSIONS, Source.DATABASE, *pods.RESTART), leaking),
    Look(Rung.DEGRADED_MODE, degrading.DEGRADING, degrade),
)
