"""Every name that Toban writes into somebody else's system: labels, annotations, bus vocabulary, table keys.

A name here is a promise to people who grep for it; it changes only together with a migration.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

OPT_IN_LABEL = "toban.dev/night-scaling"
"""Label on a Deployment, StatefulSet, Rollout or CronJob that lets Toban scale it; only `OPT_IN_VALUE`
counts."""
OPT_IN_VALUE = "enabled"
EVICT_LABEL = "toban.dev/evict"
"""Label on a pod: "true" lets a drain take what would be lost with it, "false" keeps its node up."""
CORDONED_BY = "toban.dev/cordoned-by"
"""Annotation on a node that Toban cordoned; a person's cordon lacks it and stays."""
TIER_LABEL = "toban.dev/tier"
"""Label on a namespace that says which of the cluster's policies hold in it."""
APPLICATION_TIER, PLATFORM_TIER = "application", "platform"
NODEGROUP_LABEL = "eks.amazonaws.com/nodegroup"
"""Label that EKS puts on each node of a managed node group."""

TEAM_TAG = "team"
"""Tag on a node group whose value the ledger adds savings up by."""
PAUSED_REPLICAS = "autoscaling.keda.sh/paused-replicas"
"""KEDA's own annotation: it holds the workload at this number and stops scaling it."""

SHARED_NOTE = "shared/"
"""Beginning of the names of notes that belong to an environment: the members of its fleet read them as their
own."""
SETTINGS_NOTE = "settings/"
"""Beginning of the names of notes that people write and functions only read; an environment's, as shared ones
are."""
PAUSE_NOTE = SETTINGS_NOTE + "pause"
"""Note of the kill switch."""

MEMBER = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
"""Name of a fleet's member, as a schedule document may spell it."""

LOCK = "LOCK#target"
HOLD_PREFIX = "HOLD#"
PAGE_PREFIX = "PAGE#"
NOTE_PREFIX = "NOTE#"
"""Sort keys beside a target's partition key: one Query reads all that a tick has to know."""


def event_source(capability: str) -> str:
    """Returns the source of a capability's events on Toban's own bus, such as `toban.night_scaling`."""
    return f"toban.{capability}"


def settings_key(target: str) -> str:
    """Returns the partition key of an environment's settings: holds, the pause, the applied schedule.

    It is apart from what functions write, so that IAM lets them read it and nothing more.
    """
    return f"SETTINGS#{environment_of(target)}"


def run_key(target: str) -> str:
    """Returns the partition key of a target's runs, apart from its facts so that a tick never reads them."""
    return f"RUN#{target}"


def run_sort_key(*, started_at: datetime, execution: str) -> str:
    """Returns a run's sort key: it sorts by time, and is the same for every retry within one execution."""
    return f"{started_at.isoformat()}#{execution.rsplit(':', 1)[-1]}"


def environment_of(target: str) -> str:
    """Returns the environment of a target: `dev` for `dev`, and for `dev/search`, a member of its fleet."""
    return target.partition("/")[0]


def member_of(target: str) -> str | None:
    """Returns a fleet member's own name, such as `search` of `dev/search`; None for an environment itself."""
    return target.partition("/")[2] or None
