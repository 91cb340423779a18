"""How long a run may take before a person has to know, and when it is tried again."""

from datetime import datetime, timedelta

LEASE = timedelta(minutes=15)
"""A lock's lease: longer than any one step with its retries, short enough that a dead run delays the next little."""
DRAIN_BUDGET = timedelta(minutes=30)
"""From the run's start. EKS itself would wait 15 minutes and then end the node whatever still runs on it."""
SLEEP_BUDGET = timedelta(minutes=60)
WAKE_BUDGET = timedelta(minutes=45)
FIRST_RETRY = timedelta(minutes=20)
LONGEST_RETRY = timedelta(hours=2)


def is_spent(budget: timedelta, *, started_at: datetime, now: datetime) -> bool:
    """Tells whether a run has used up its time."""
    return now - started_at >= budget


def next_attempt(attempts: int, *, now: datetime) -> datetime:
    """Returns when a sleep that was given up `attempts` times in a row, at least once, may be tried again."""
    doublings: int = 2 ** (attempts - 1)
    return now + min(FIRST_RETRY * doublings, LONGEST_RETRY)
