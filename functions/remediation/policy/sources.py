"""Where facts come from: a source answers, or is unreadable; both are facts."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Source(StrEnum):
    """Each thing that is read for a decision; the members of a snapshot bear these names."""

    ALARMS = "alarms"
    HISTORY = "history"
    PAUSE = "pause"
    MUTES = "mutes"
    MAINTENANCE = "maintenance"
    LOCK = "lock"
    NIGHT = "night"
    ROLLOUT = "rollout"
    WORKLOAD = "workload"
    AUTOSCALER = "autoscaler"
    PODS = "pods"
    NODES = "nodes"
    NODEGROUP = "nodegroup"
    ROOM = "room"
    TARGETS = "targets"
    METRICS = "metrics"
    DATABASE = "database"
    SESSIONS = "sessions"
    LEDGER = "ledger"
    API_MODE = "api_mode"
    BURN = "burn"


GATES = (
    Source.ALARMS,
    Source.HISTORY,
    Source.PAUSE,
    Source.MUTES,
    Source.MAINTENANCE,
    Source.LOCK,
    Source.NIGHT,
    Source.ROLLOUT,
)
"""Sources without which nothing is changed. All others close the rungs that need them, and no others."""


class Unreadable(NamedTuple):
    """What stands in the place of a source that did not answer whole, and why: error, timeout, stale ..."""

    unreadable: str


NOT_READ = Unreadable("not_read")
