"""Work for later, written down in the transaction of the change that asks for it, or not at all.

The worker (`api.worker`) reads what this module writes. A task that moves, ends or disappears needs no word
here: the worker reads the task again before it reminds anybody.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import orjson

if TYPE_CHECKING:
    from api.database import Connection

REMIND: Final = "remind"
"""Kind of the job that reminds a task's owner of its due date."""

ENQUEUE: Final = """
INSERT INTO jobs (kind, key, payload, run_at) VALUES ($1, $2, $3::jsonb, $4)
ON CONFLICT (key) DO UPDATE
    SET state = 'ready', run_at = EXCLUDED.run_at, attempts = 0, finished_at = NULL
    WHERE jobs.state = 'done'
"""
"""A waiting, running or dead key is left alone; a finished one, whose reason came back, runs again."""


async def enqueue(
    connection: "Connection", *, kind: str, payload: dict[str, Any], run_at: datetime, key: str | None = None
) -> None:
    """Will write a job down in the transaction that `connection` is in.

    Args:
        connection: must be in a transaction, so that the job lives and dies with the change it belongs to.
        kind: which of the worker's functions runs it.
        payload: JSON that tells the function what about.
        run_at: not before this moment; aware.
        key: jobs of the same key are one job; None means that this one is like no other.
    """
    await connection.execute(ENQUEUE, kind, key, orjson.dumps(payload).decode(), run_at)


def reminder(task_id: int, due: datetime, *, lead_s: float) -> tuple[str, dict[str, Any], datetime]:
    """Will make key, payload and moment of a task's reminder.

    Args:
        task_id: the task.
        due: its due date, aware.
        lead_s: how long before the due date the reminder leaves, in seconds.
    """
    moment = due.replace(tzinfo=None).isoformat(timespec="microseconds")
    return (
        f"remind:{task_id}:{moment}",
        {"task_id": task_id, "due_date": moment},
        due - timedelta(seconds=lead_s),
    )
