"""Reminds a user of a task once for each due date, however many workers run and however often one is killed.

The unique row of (task, due date) is what makes it once. The task is read and locked in the same transaction,
so a change of the due date, a deletion or a completion is either seen here or waits until the reminder is
out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

import structlog

from api.worker.policy import Drop, TaskFacts, still_due

if TYPE_CHECKING:
    from api.checkout import Connection
    from api.worker.queue import Job

KIND = "remind"

_TASK = "SELECT user_id, title, status, due_date FROM tasks WHERE id = $1 FOR SHARE"
_ONCE = """
INSERT INTO reminders (task_id, user_id, due_date, created_at, delivered_at) VALUES ($1, $2, $3, $4, $4)
ON CONFLICT (task_id, due_date) DO NOTHING RETURNING id
"""
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Reminder:
    """What a sink delivers; `key` is the same on every attempt, so that a receiver can drop a repetition."""

    key: str
    task_id: int
    user_id: int
    title: str
    due_date: datetime


class Sink(Protocol):
    """Where reminders go.

    It is called inside the transaction that records the reminder: when it raises, nothing is recorded and the
    job is tried again; when the worker is killed between delivery and commit, the same key comes again.
    """

    async def deliver(self, reminder: Reminder) -> None:
        """Hands the reminder on, within three seconds."""


class LogSink:
    """Writes each reminder as one log line for a log pipeline; the title stays out, it is personal."""

    async def deliver(self, reminder: Reminder) -> None:
        """Writes the line."""
        log.info(
            "reminder",
            key=reminder.key,
            task_id=reminder.task_id,
            user_id=reminder.user_id,
            due_date=reminder.due_date.isoformat(),
        )


async def remind(connection: Connection, job: Job, *, sink: Sink, now: datetime) -> str:
    """Delivers the reminder if it still holds and was not delivered before.

    Returns:
        What was decided and why, kept beside the job.
    """
    task_id, promised = int(job.payload["task_id"]), datetime.fromisoformat(job.payload["due_date"])
    row = await connection.fetchrow(_TASK, task_id)
    task = TaskFacts(row["user_id"], row["title"], row["status"], row["due_date"]) if row else None
    verdict = still_due(task, promised=promised)
    if task is None or isinstance(verdict, Drop):
        return f"dropped: {verdict.reason}"
    if await connection.fetchrow(_ONCE, task_id, task.user_id, promised, now) is None:
        return "dropped: this due date was reminded of before"
    key = f"{task_id}:{promised.isoformat()}"
    await sink.deliver(Reminder(key, task_id, task.user_id, task.title, promised))
    return f"delivered: {verdict.reason}"
