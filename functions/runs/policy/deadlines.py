"""How long a run may be silent, how long it may take, and when it is tried again."""

from __future__ import annotations

from datetime import datetime, timedelta

LEASE = timedelta(minutes=45)
"""A lock's lease: longer than the longest silence between two renewals of any machine of ours, every retry of
the next step with its full pause included (a test works it out from the machines). It costs little, because
the lock of an execution that ended without giving it back is taken from it by `reap_run` within seconds."""
FIRST_RETRY = timedelta(minutes=20)
LONGEST_RETRY = timedelta(hours=2)


def is_spent(budget: timedelta, *, started_at: datetime, now: datetime) -> bool:
    """Tells whether a run has used up its time."""
    return now - started_at >= budget


def next_attempt(attempts: int, *, now: datetime) -> datetime:
    """Returns when a run that was given up `attempts` times in a row, at least once, may be tried again."""
    # A weekend of failures is thirty attempts, and a pause of 2**30 times twenty minutes is no date any more.
    doublings: int = 2 ** min(attempts - 1, 8)
    return now + min(FIRST_RETRY * doublings, LONGEST_RETRY)
