"""How long a run may take before a person has to know, and when it is tried again."""

from datetime import datetime, timedelta

LEASE = timedelta(minutes=15)
"""A lock's lease: longer than any one step with its retries, short enough that a dead run delays the next little."""
DRAIN_BUDGET = timedelta(minutes=30)
"""From the run's start. EKS itself would wait 15 minutes and then end the node whatever still runs on it."""
SLEEP_BUDGET = timedelta(minutes=60)
WAKE_BUDGET = timedelta(minutes=45)
FIRST_RETRY = timedelta(minutes=20)
RESTARTED_AFTER = timedelta(days=7) - timedelta(hours=1)
"""RDS starts a stopped instance after seven days by itself. One that runs earlier, a person started, and it stays."""
AUTOSCALER_PATIENCE = timedelta(minutes=20)
"""How long surplus nodes are drained again. What Cluster Autoscaler has then, it has for pods without a place."""
FALLBACK_AFTER = timedelta(minutes=8)
"""When nodes that did not come are asked of the fallback group: a t3.medium joins in about two minutes."""
GATE_PATIENCE = timedelta(minutes=20)
"""How long a wave waits for the one before it; then it goes on, for one stuck layer must not keep all others down."""
RELEASE_PATIENCE = timedelta(hours=1)
"""How long a sleep waits for a release: our canary takes a quarter of an hour, and a second try fits in as well."""
LONGEST_RETRY = timedelta(hours=2)


def is_spent(budget: timedelta, *, started_at: datetime, now: datetime) -> bool:
    """Tells whether a run has used up its time."""
    return now - started_at >= budget


def next_attempt(attempts: int, *, now: datetime) -> datetime:
    """Returns when a sleep that was given up `attempts` times in a row, at least once, may be tried again."""
    doublings: int = 2 ** (attempts - 1)
    return now + min(FIRST_RETRY * doublings, LONGEST_RETRY)
