"""The jobs table as a queue: claimed under a lease, finished together with the effect, buried when hopeless.

States: `ready` -> `running` -> `done`, or back to `ready` for another attempt, or `dead`. A claim commits
before the work begins, so a job that kills its worker is counted too. A lease ends by time alone, and whoever
then takes the job over makes the former owner's finish fail: the effect and the finish are one transaction,
and it is rolled back.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from api.worker.policy import Retry

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from api.checkout import Connection
    from api.database import Database
    from api.worker.policy import Bury

CLAIM = """
WITH abandoned AS (
    SELECT id FROM jobs WHERE state = 'running' AND lease_until < $3 AND attempts < max_attempts
    ORDER BY lease_until LIMIT $4 FOR UPDATE SKIP LOCKED
), due AS (
    SELECT id FROM jobs WHERE state = 'ready' AND run_at <= $3
    ORDER BY run_at, id LIMIT $4 FOR UPDATE SKIP LOCKED
)
UPDATE jobs SET state = 'running', lease_owner = $1, lease_until = $2, attempts = attempts + 1
WHERE id = ANY (ARRAY(SELECT id FROM abandoned UNION ALL SELECT id FROM due LIMIT $4))
RETURNING id, kind, payload, attempts, max_attempts,
    greatest(run_at, '0001-01-02Z'::timestamptz) AS run_at
"""
_BURY_ABANDONED = """
UPDATE jobs SET state = 'dead', finished_at = $1, lease_owner = NULL, lease_until = NULL,
    last_error = 'its worker vanished ' || attempts || ' times, last: ' || lease_owner
WHERE state = 'running' AND lease_until < $1 AND attempts >= max_attempts
RETURNING id
"""
_FINISH = """
UPDATE jobs SET state = 'done', finished_at = $4, lease_owner = NULL, lease_until = NULL, last_error = $5
WHERE id = $1 AND state = 'running' AND lease_owner = $2 AND attempts = $3
RETURNING id
"""
_FAIL = """
UPDATE jobs SET state = $4, run_at = COALESCE($5, run_at), finished_at = $6, last_error = $7,
    lease_owner = NULL, lease_until = NULL
WHERE id = $1 AND state = 'running' AND lease_owner = $2 AND attempts = $3
"""
_ADD = """
INSERT INTO jobs (kind, key, payload, run_at) VALUES ($1, $2, $3::jsonb, $4) ON CONFLICT (key) DO NOTHING
"""
_DEPTHS = """
SELECT state, count(*) AS jobs FROM jobs WHERE state <> 'done' GROUP BY state
"""
_LISTED = """
SELECT id, kind, key, payload, state, attempts, max_attempts,
    greatest(run_at, '0001-01-02Z'::timestamptz) AS run_at, finished_at, last_error
FROM jobs WHERE state = $1 ORDER BY id DESC LIMIT $2
"""
_REQUEUE = """
UPDATE jobs SET state = 'ready', run_at = $2, attempts = 0, finished_at = NULL
WHERE id = $1 AND state = 'dead' RETURNING id
"""
_OLDEST = (
    "SELECT greatest(min(run_at), '0001-01-02Z') AS since FROM jobs WHERE state = 'ready' AND run_at <= $1"
)

MAX_ERROR_CHARS = 2000


class LostLeaseError(Exception):
    """Another worker has taken the job over; what this one did for it must be rolled back."""


@dataclass(frozen=True, slots=True)
class Job:
    """One claimed job: `attempts` counts this attempt too; with `owner` it fences a former owner off."""

    id: int
    kind: str
    payload: dict[str, Any]
    attempts: int
    max_attempts: int
    run_at: datetime
    owner: str


@dataclass(frozen=True, slots=True)
class Backlog:
    """How much waits: jobs by state, and for how many seconds the oldest due job has been waiting."""

    ready: int
    running: int
    dead: int
    oldest_s: float


async def claim(database: Database, *, owner: str, limit: int, lease: timedelta, now: datetime) -> list[Job]:
    """Claims up to `limit` jobs and returns them: first those of vanished workers, then those due longest.

    Other workers skip what is being claimed instead of waiting for it. A job whose workers vanished as often
    as it may be tried is buried here.
    """
    await database.write(_BURY_ABANDONED, now)
    rows = await database.write(CLAIM, owner, now + lease, now, limit)
    jobs = [
        Job(
            row["id"],
            row["kind"],
            json.loads(row["payload"]),
            row["attempts"],
            row["max_attempts"],
            row["run_at"],
            owner,
        )
        for row in rows
    ]
    return sorted(jobs, key=lambda job: (job.run_at, job.id))


async def finish(connection: Connection, job: Job, *, note: str, now: datetime) -> None:
    """Marks the job done inside the transaction of its effect, keeping `note` beside it.

    Raises:
        LostLeaseError: the job is no longer ours; the caller's transaction must not commit.
    """
    if await connection.fetchrow(_FINISH, job.id, job.owner, job.attempts, now, note) is None:
        raise LostLeaseError(f"job {job.id} was taken over from {job.owner}")


async def fail(database: Database, job: Job, verdict: Retry | Bury, *, now: datetime) -> None:
    """Writes down the verdict on a failed attempt, unless the job is no longer ours."""
    again = verdict.at if isinstance(verdict, Retry) else None
    state, ended = ("ready", None) if again else ("dead", now)
    reason = verdict.reason[:MAX_ERROR_CHARS]
    await database.write(_FAIL, job.id, job.owner, job.attempts, state, again, ended, reason)


async def add(database: Database, *, kind: str, key: str, payload: dict[str, Any], run_at: datetime) -> None:
    """Adds a job in a transaction of its own; a second one with the same key is not added."""
    await database.write(_ADD, kind, key, json.dumps(payload), run_at)


async def backlog(database: Database, *, now: datetime) -> Backlog:
    """Returns what waits, runs and died."""
    counts = {row["state"]: int(row["jobs"]) for row in await database.fetch(_DEPTHS)}
    oldest = await database.fetchrow(_OLDEST, now)
    since = oldest["since"] if oldest else None
    age = (now - since).total_seconds() if since else 0.0
    return Backlog(counts.get("ready", 0), counts.get("running", 0), counts.get("dead", 0), age)


async def listed(database: Database, *, state: str, limit: int) -> list[dict[str, Any]]:
    """Returns the newest jobs of a state, for a person to read."""
    return [dict(row) for row in await database.fetch(_LISTED, state, limit)]


async def requeue(database: Database, *, job_id: int, now: datetime) -> bool:
    """Makes a dead job ready again, with all its attempts; returns False when no dead job has this id."""
    return bool(await database.write(_REQUEUE, job_id, now))
