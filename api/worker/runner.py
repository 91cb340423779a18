"""One worker: claims jobs, does them, finishes them; every step takes `now`, and nothing here sleeps."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import structlog

from api.database_errors import DatabaseUnavailableError
from api.worker import queue, reminders, sweeps
from api.worker.metrics import Metrics
from api.worker.policy import Bury, after_failure
from api.worker.queue import Job, LostLeaseError
from api.worker.reminders import LogSink, Sink

if TYPE_CHECKING:
    from api.checkout import Connection
    from api.database import Database
    from api.worker.settings import WorkerSettings

Draw = Callable[[], float]
_COUNTED = "INSERT INTO heartbeats (source, written_at, counts) VALUES ($1, $2, heartbeat_counts())"
_UNCOUNTED = "INSERT INTO heartbeats (source, written_at) VALUES ($1, $2)"

log = structlog.get_logger(__name__)


class UnknownKindError(Exception):
    """No function does jobs of this kind; another attempt by this release cannot help."""


class Worker:
    """Does the jobs of one table under one name.

    Args:
        database: the pool that jobs and tasks share.
        settings: limits of time and number.
        name: unique among all workers; a lease carries it.
        sink: where reminders go; None writes them to the log.
        draw: a random number in [0, 1) for the jitter of retries.
    """

    def __init__(
        self,
        database: Database,
        settings: WorkerSettings,
        name: str,
        sink: Sink | None = None,
        *,
        draw: Draw = random.random,
    ) -> None:
        self.settings = settings
        self.name = name
        self.metrics = Metrics()
        self._database = database
        self._sink = sink or LogSink()
        self._draw = draw

    async def run_batch(self, *, now: datetime) -> int:
        """Claims what is due and does all of it.

        Returns:
            How many jobs were claimed; as many as there are slots means that more may wait.

        Raises:
            DatabaseUnavailableError: nothing could be claimed.
        """
        lease = timedelta(seconds=self.settings.worker_lease_s)
        jobs = await queue.claim(
            self._database, owner=self.name, limit=self.settings.worker_slots, lease=lease, now=now
        )
        await asyncio.gather(*(self._attempt(job, now=now) for job in jobs))
        return len(jobs)

    async def write_heartbeat(self, *, now: datetime) -> None:
        """Writes the heartbeat row and makes sure that this interval's sweep is in the queue.

        Whatever keeps the counts from it (a right not granted yet, a table that is locked), it is written.
        """
        try:
            await self._database.write(_COUNTED, self.name, now)
        except Exception as error:  # noqa: BLE001 - the second statement says whether PostgreSQL itself is away
            log.warning("heartbeat without counts", error=f"{type(error).__name__}: {error}")
            await self._database.write(_UNCOUNTED, self.name, now)
        self.metrics.beats.set(now.timestamp())
        start = sweeps.interval_start(now)
        key = f"{sweeps.KIND}:{start.isoformat()}"
        await queue.add(self._database, kind=sweeps.KIND, key=key, payload={}, run_at=start)

    async def observe(self, *, now: datetime) -> None:
        """Publishes how much waits and for how long."""
        self.metrics.observe(await queue.backlog(self._database, now=now))

    async def _attempt(self, job: Job, *, now: datetime) -> None:
        try:
            with self.metrics.seconds.labels(job.kind).time():
                note = await asyncio.wait_for(self._do(job, now=now), self.settings.worker_job_s)
        except LostLeaseError as lost:
            self._record(job, "lost", str(lost))
        except Exception as error:  # noqa: BLE001 - whatever it raises is this job's failure alone
            await self._fail(job, error, now=now)
        else:
            self._record(job, "done", note)

    async def _do(self, job: Job, *, now: datetime) -> str:
        async with self._database.transaction() as connection:
            note = await self._effect(connection, job, now=now)
            await queue.finish(connection, job, note=note, now=now)
        return note

    async def _effect(self, connection: Connection, job: Job, *, now: datetime) -> str:
        match job.kind:
            case reminders.KIND:
                return await reminders.remind(connection, job, sink=self._sink, now=now)
            case sweeps.KIND:
                return await sweeps.sweep(connection, now=now)
            case _:
                raise UnknownKindError(f"no function does jobs of the kind {job.kind!r}")

    async def _fail(self, job: Job, error: Exception, *, now: datetime) -> None:
        verdict = after_failure(
            attempts=job.attempts,
            max_attempts=job.max_attempts,
            error=f"{type(error).__name__}: {error}",
            draw=self._draw(),
            permanent=isinstance(error, (UnknownKindError, KeyError, json.JSONDecodeError)),
            now=now,
        )
        self._record(job, "dead" if isinstance(verdict, Bury) else "failed", verdict.reason)
        try:
            await queue.fail(self._database, job, verdict, now=now)
        except DatabaseUnavailableError as unavailable:
            # The lease ends by itself, and the attempt was counted when it was claimed.
            log.warning("verdict not written", job=job.id, error=str(unavailable))

    def _record(self, job: Job, outcome: str, note: str) -> None:
        self.metrics.jobs.labels(job.kind, outcome).inc()
        (log.error if outcome == "dead" else log.info)(
            "job", outcome=outcome, job=job.id, kind=job.kind, attempt=job.attempts, note=note
        )
