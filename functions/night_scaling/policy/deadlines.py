"""How long the parts of a night may take before a person has to know, or before the run goes another way."""

from datetime import timedelta

DRAIN_BUDGET = timedelta(minutes=30)
"""From the run's start. EKS itself would wait 15 minutes and then end the node whatever still runs on it."""
STRANGERS_PATIENCE = timedelta(minutes=5)
"""How long a node is asked of pods that no rule of the cluster covers: less than a tick, so that they keep
their node up and delay nobody."""
SLEEP_BUDGET = timedelta(minutes=60)
WAKE_BUDGET = timedelta(minutes=45)
RESTARTED_AFTER = timedelta(days=7) - timedelta(hours=1)
"""RDS starts a stopped instance after seven days by itself. One that runs earlier, a person started, and it
stays."""
AUTOSCALER_PATIENCE = timedelta(minutes=20)
"""How long surplus nodes are drained again. What Cluster Autoscaler has then, it has for pods without a
place."""
FALLBACK_AFTER = timedelta(minutes=8)
"""When nodes that did not come are asked of the fallback group: a t3.medium joins in about two minutes."""
GATE_PATIENCE = timedelta(minutes=20)
"""How long a wave waits for the one before it; then it goes on, for one stuck layer must not keep all others
down."""
REFUSAL_PATIENCE = timedelta(minutes=2)
"""How long a sleep asks again for a workload that was refused, before the others go on without it."""
RELEASE_PATIENCE = timedelta(hours=1)
"""How long a sleep waits for a release: our canary takes a quarter of an hour, and a second try fits in as
well."""
ACCESS_CHECKED = timedelta(days=1)
"""How often the cluster is read while Toban only observes: a door that is closed is found on the first
day."""
