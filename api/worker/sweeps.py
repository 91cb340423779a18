"""Deletes what has served its time, a bounded piece at once, so that no clean-up ever holds up a request."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from api.clock import Clock, steady_clock

if TYPE_CHECKING:
    from api.checkout import Connection

KIND = "sweep"
INTERVAL = timedelta(minutes=10)
BATCH_ROWS = 1000
"""Rows of one table that one statement deletes."""
SWEEP_S: Final = 8.0
"""How long one sweep goes on while rows are left, below the time of a job."""


@dataclass(frozen=True, slots=True)
class RetentionRule:
    """Deletes rows older than `keep`; `statement` takes the latest moment to delete and a number of rows."""

    name: str
    keep: timedelta
    statement: str


RETENTION_RULES = (
    RetentionRule(
        "idempotency_keys",
        timedelta(hours=24),
        "DELETE FROM idempotency_keys WHERE (user_id, key) IN (SELECT user_id, key FROM idempotency_keys"
        " WHERE created_at < $1 ORDER BY created_at LIMIT $2 FOR UPDATE SKIP LOCKED)",
    ),
    RetentionRule(
        # A reminder's job remembers that a due date was dealt with: kept until nobody returns to that date.
        "jobs",
        timedelta(days=7),
        "DELETE FROM jobs WHERE id IN (SELECT id FROM jobs WHERE state = 'done' AND finished_at < $1"
        " ORDER BY finished_at LIMIT $2 FOR UPDATE SKIP LOCKED)",
    ),
    RetentionRule(
        # As long as the oldest backup that a restore could bring back: seven days.
        "heartbeats",
        timedelta(days=7),
        "DELETE FROM heartbeats WHERE id IN (SELECT id FROM heartbeats WHERE written_at < $1"
        " ORDER BY written_at LIMIT $2 FOR UPDATE SKIP LOCKED)",
    ),
)
"""Dead jobs are not among them: they wait for a person."""


def interval_start(now: datetime) -> datetime:
    """Returns the start of the interval that `now` lies in: the same one for all workers."""
    return now - timedelta(seconds=now.timestamp() % INTERVAL.total_seconds())


async def sweep(connection: Connection, *, now: datetime, clock: Clock = steady_clock) -> str:
    """Applies every rule until nothing is left to delete, or its time is over; each rule at least once.

    Returns:
        How many rows each deleted, kept beside the job.
    """
    swept = []
    until = clock() + SWEEP_S
    for rule in RETENTION_RULES:
        rows, full = 0, True
        while full and (not rows or clock() < until):
            tag = await connection.execute(rule.statement, now - rule.keep, BATCH_ROWS)
            deleted = int(tag.split()[-1])
            rows, full = rows + deleted, deleted == BATCH_ROWS
        swept.append(f"{rule.name} {rows}")
    return "deleted: " + ", ".join(swept)
