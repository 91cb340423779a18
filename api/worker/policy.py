"""What to do about a failed job, and whether a reminder still holds: pure decisions with their reasons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

FIRST_RETRY_S: Final = 5.0
"""A blip of a neighbour is over by then."""

GROWTH: Final = 3.0
"""Eight attempts then span about forty minutes: longer than a failover, shorter than anybody's patience."""

LONGEST_RETRY_S: Final = 900.0

DONE: Final = "DONE"
"""The status of a finished task, as the schema spells it."""


@dataclass(frozen=True, slots=True)
class Retry:
    """The job will be tried again at `at`."""

    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Bury:
    """The job is dead: it stays in the table, is counted, and waits for a person."""

    reason: str


@dataclass(frozen=True, slots=True)
class Remind:
    """The reminder is to be delivered."""

    reason: str


@dataclass(frozen=True, slots=True)
class Drop:
    """The reminder no longer holds; nothing is delivered."""

    reason: str


@dataclass(frozen=True, slots=True)
class TaskFacts:
    """What a reminder needs to know of its task: `due_date` is UTC without a zone, as the column is."""

    user_id: int
    title: str
    status: str
    due_date: datetime | None


def after_failure(
    *, attempts: int, max_attempts: int, error: str, draw: float, permanent: bool, now: datetime
) -> Retry | Bury:
    """Returns what becomes of a job whose latest attempt failed.

    Args:
        attempts: how many were made, the failed one among them; at least 1.
        max_attempts: how many a job may have.
        error: what went wrong, kept as the reason.
        draw: a random number in [0, 1); it spreads retries over the upper half of the wait, so that jobs that
            failed together do not come back together.
        permanent: whether another attempt cannot help.
        now: the moment of the failure.
    """
    if permanent:
        return Bury(f"cannot succeed: {error}")
    if attempts >= max_attempts:
        return Bury(f"failed {attempts} times, last: {error}")
    return Retry(now + timedelta(seconds=backoff_s(attempts, draw=draw)), error)


def backoff_s(attempts: int, *, draw: float) -> float:
    """Returns the wait in seconds after `attempts` failures: exponential, capped, jittered."""
    longest = FIRST_RETRY_S
    for _ in range(attempts - 1):
        if longest >= LONGEST_RETRY_S:
            break
        longest *= GROWTH
    return min(longest, LONGEST_RETRY_S) * (0.5 + draw / 2)


def still_due(task: TaskFacts | None, *, promised: datetime) -> Remind | Drop:
    """Returns whether a reminder promised for a due date still holds, and why.

    Args:
        task: the task as it is now; None when it was deleted.
        promised: the due date that the job was written for, UTC without a zone.
    """
    if task is None:
        return Drop("the task was deleted")
    if task.status == DONE:
        return Drop("the task is done")
    if task.due_date != promised:
        return Drop("the due date has moved; the new one has a job of its own")
    return Remind("the task is open and due")
