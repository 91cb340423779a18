"""Every word that a plan may say: verdicts, ladders, rungs, gates, audiences, modes."""

from __future__ import annotations

from enum import StrEnum


class Verdict(StrEnum):
    """What is to happen now."""

    NOTHING = "nothing"
    """Nothing is in ALARM that a ladder is for, or a parent suppresses it."""
    REFUSE = "refuse"
    """A gate is closed."""
    DIAGNOSE = "diagnose"
    """Look only, change nothing."""
    JOIN = "join"
    """A run of the service is at work already: the alarm joins its record."""
    TAKE_OVER = "take_over"
    """A graver ladder than that of the run at work."""
    INEFFECTIVE = "ineffective"
    """The same alarm again while the run holds: what was done has not cured."""
    WAIT = "wait"
    """Somebody else cures it: an autoscaler, a roll-out that may still succeed, a person who is asked."""
    ACT = "act"
    ASK = "ask"
    """Act once a person has approved."""
    TICKET = "ticket"
    """Not now: a person does it by day."""
    SHADOW = "shadow"
    """Would act, and only says so."""
    ESCALATE = "escalate"
    """No rung is left or fits: a person, with the evidence."""
    UNDO = "undo"
    """All is green: take back what was raised."""


class Ladder(StrEnum):
    """The six alarms that a remedy is for."""

    LOW_AVAILABILITY = "low_availability"
    DATABASE_CONNECTIONS = "database_connections"
    HIGH_ERRORS = "high_errors"
    HIGH_CPU = "high_cpu"
    HIGH_MEMORY = "high_memory"
    HIGH_LATENCY = "high_latency"


ORDER = tuple(Ladder)
"""The graver first, as they stand above: 4 > 5 > 3 > 1 > 2 > 6 of the design's table."""
GRAVITY = {ladder: place for place, ladder in enumerate(ORDER)}


class Rung(StrEnum):
    """One step of a ladder that changes something; `let_autoscaler` and `await_rollout` change nothing."""

    LET_AUTOSCALER = "let_autoscaler"
    AWAIT_ROLLOUT = "await_rollout"
    EVICT_POD = "evict_pod"
    RAISE_MAX_REPLICAS = "raise_max_replicas"
    RAISE_MIN_REPLICAS = "raise_min_replicas"
    LOWER_MAX_REPLICAS = "lower_max_replicas"
    SCALE_OUT = "scale_out"
    SCALE_TO_FLOOR = "scale_to_floor"
    RAISE_NODEGROUP = "raise_nodegroup"
    CORDON_NODE = "cordon_node"
    DRAIN_NODE = "drain_node"
    ROLLING_RESTART = "rolling_restart"
    ROLLBACK = "rollback"
    END_IDLE_TRANSACTIONS = "end_idle_transactions"
    END_IDLE_SESSIONS = "end_idle_sessions"
    DEGRADED_MODE = "degraded_mode"


WAITING = frozenset({Rung.LET_AUTOSCALER, Rung.AWAIT_ROLLOUT})
RISKY = frozenset(
    {Rung.ROLLING_RESTART, Rung.DRAIN_NODE, Rung.RAISE_NODEGROUP, Rung.DEGRADED_MODE, Rung.ROLLBACK}
)
"""Rungs that a person approves while the error budget is empty."""


class Mode(StrEnum):
    """How far a rung may go, the least first."""

    OFF = "off"
    SHADOW = "shadow"
    AUTO = "auto"


class Told(StrEnum):
    """Who hears of a plan."""

    NOBODY = "nobody"
    TEAM = "team"
    ON_DUTY = "on_duty"
