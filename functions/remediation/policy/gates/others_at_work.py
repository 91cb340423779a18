"""Gates that other machines close: a roll-out, a night, an experiment, another's lock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.remediation.policy.codes import Ladder
from functions.remediation.policy.gates.answers import closed, opened, unreadable
from functions.remediation.policy.reasons import Code
from functions.remediation.policy.snapshot import Lock
from functions.remediation.policy.sources import Source, Unreadable

if TYPE_CHECKING:
    from functions.remediation.policy.case import Case
    from functions.remediation.policy.plan import GateAnswer

MAY_ROLL_BACK = frozenset({Ladder.HIGH_ERRORS, Ladder.LOW_AVAILABILITY, Ladder.HIGH_LATENCY})
"""Ladders that may take back a roll-out that is under way and fits the onset."""

_ROLLOUT = opened("rollout")
_ASLEEP = opened("asleep")
_EXPERIMENT = opened("experiment")
_LOCK = opened("lock")


def rollout(case: Case, ladder: Ladder | None) -> GateAnswer:
    """Closed while a roll-out is under way, unless it fits the onset and its ladder may take it back."""
    found = case.snapshot.rollout
    if found is None:
        return _ROLLOUT
    if isinstance(found, Unreadable):
        return unreadable("rollout", Source.ROLLOUT, found)
    if not found.in_progress:
        return _ROLLOUT
    before = case.onset - found.began
    fits = found.began <= case.onset and before <= case.policy.release_window
    if fits and ladder in MAY_ROLL_BACK:
        return _ROLLOUT
    text = f"a roll-out is under way since {found.began.isoformat()}"
    return closed("rollout", Code.ROLLOUT_UNDER_WAY, text)


def _lock_of(case: Case) -> Lock | None:
    """Returns another's lock that is in force; None when it is free or ours."""
    lock = case.snapshot.lock
    return lock if isinstance(lock, Lock) and lock.leased_until > case.now else None


def asleep(case: Case, _: Ladder | None) -> GateAnswer:
    """Closed while night scaling sleeps or is at work."""
    found = case.snapshot.asleep
    if isinstance(found, Unreadable):
        return unreadable("asleep", Source.NIGHT, found)
    if found:
        return closed("asleep", Code.ASLEEP, f"{case.service.name} is asleep")
    lock = _lock_of(case)
    if lock is not None and lock.capability == "night_scaling":
        return closed("asleep", Code.ASLEEP, f"night_scaling is at work: {lock.execution}")
    return _ASLEEP


def experiment(case: Case, _: Ladder | None) -> GateAnswer:
    """Closed while an experiment holds the lock; once the alarm outlives it, chaos is to let go."""
    lock = _lock_of(case)
    if lock is None or lock.capability != "chaos":
        return _EXPERIMENT
    name = lock.experiment or lock.execution
    if lock.recovers_by is not None and case.now >= lock.recovers_by:
        text = f"experiment {name} should have recovered by {lock.recovers_by.isoformat()}: chaos lets go"
        return closed("experiment", Code.EXPERIMENT_OUTLIVED, f"{text}, and the sweeper starts a run")
    return closed("experiment", Code.EXPERIMENT, f"experiment {name} is at work")


def lock(case: Case, _: Ladder | None) -> GateAnswer:
    """Closed while anybody else is at work on the service."""
    if isinstance(case.snapshot.lock, Unreadable):
        return unreadable("lock", Source.LOCK, case.snapshot.lock)
    found = _lock_of(case)
    if found is None or found.capability in {"night_scaling", "chaos"}:
        return _LOCK  # they have gates of their own
    own = not isinstance(case.history, Unreadable) and case.history.at_work is not None
    if own and found.capability == "remediation":
        return _LOCK
    return closed("lock", Code.LOCKED, f"{found.capability} is at work: {found.execution}")
