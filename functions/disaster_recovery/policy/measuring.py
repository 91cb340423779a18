"""RPO and RTO, measured: by a row, and by the clock of the smoke journey; never assumed."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from functions.core.awake import awake_age
from functions.disaster_recovery.policy.findings import Finding, failed, unknown

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from functions.disaster_recovery.policy.restore_facts import RestoreFacts


class Measured(NamedTuple):
    """What a recovery cost, in seconds; None for what was not measured."""

    rpo_seconds: float | None
    service_back_seconds: float | None
    environment_green_seconds: float | None


def counted_from(facts: RestoreFacts) -> datetime | None:
    """Returns where the RPO is counted from: in a rewind the named moment, else the declared outage."""
    return facts.rewind_to if facts.scope == "rewind" else facts.outage_declared_at


def newest_allowed(facts: RestoreFacts) -> datetime:
    """Returns the moment that no restored row may be later than; in a rewind never after the named one."""
    return min(facts.restore_point, facts.rewind_to or facts.restore_point)


def measure(facts: RestoreFacts) -> Measured:
    """Returns the RPO and both figures of the RTO.

    The RPO is the moment it is counted from less the newest heartbeat restored, hours asleep not counted;
    negative when the newest heartbeat is later, so that nothing was lost.
    """
    origin = counted_from(facts)
    rpo = None
    if origin and facts.heartbeat:
        written = facts.heartbeat.written_at
        lost = awake_age(written, facts.sleeps, now=origin) if written <= origin else origin - written
        rpo = lost.total_seconds()
    return Measured(
        rpo,
        _since(facts.outage_declared_at, facts.service_back_at),
        _since(facts.outage_declared_at, facts.environment_green_at),
    )


def time_findings(facts: RestoreFacts, measured: Measured) -> Iterator[Finding]:
    """Yields which promise is broken or not measured."""
    if measured.rpo_seconds is None:
        yield unknown("rpo", "without a heartbeat and the moment of the outage the RPO is not measured")
    elif measured.rpo_seconds > facts.limits.rpo_minutes * 60:
        lost = timedelta(seconds=measured.rpo_seconds)
        yield failed("rpo-missed", f"{lost} are lost, more than {facts.limits.rpo_minutes} minutes")
    needed = facts.scope != "database"
    for name, seconds in (
        ("service-back", measured.service_back_seconds),
        ("environment-green", measured.environment_green_seconds),
    ):
        if not needed and (seconds is None or seconds < 0):
            continue
        if seconds is None:
            yield unknown(name, f"{name} was not measured")
        elif seconds < 0:
            yield unknown(name, f"{name} lies before the declared outage")
        elif seconds > facts.limits.rto_minutes * 60:
            took = timedelta(seconds=seconds)
            yield failed("rto-missed", f"{name} took {took}, more than {facts.limits.rto_minutes} minutes")


def _since(origin: datetime | None, at: datetime | None) -> float | None:
    return (at - origin).total_seconds() if origin and at else None
