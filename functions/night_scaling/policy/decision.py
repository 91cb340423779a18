"""Decides what an environment needs now, from facts, what the schedule asks for and the time alone.

The decision never asks what happened since the last one, so a tick that is late, doubled or lost changes
nothing. What a person or an autoscaler changes during a verified sleep is left alone: only an unfinished run
is taken up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.night_scaling.policy.deadlines import SLEEP_BUDGET
from functions.night_scaling.policy.desired_capacity import desired_capacity
from functions.night_scaling.policy.models import Action, Decision, Facts
from functions.night_scaling.policy.snapshot import Phase, Snapshot
from functions.runs.policy.exclusion import at_work
from functions.runs.policy.page import wall_clock

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from functions.night_scaling.schedule.desired import Desired
    from functions.night_scaling.schedule.model import Layers

_DEPTH = {"running": 0, "reduced": 1, "stopped": 2}


def decide(facts: Facts, wanted: Desired, *, execution: str | None, now: datetime) -> Decision:
    """Decides between nothing, sleep, wake, a look at the cluster alone, and refuse.

    Args:
        facts: What was observed.
        wanted: What the schedule asks for at `now`.
        execution: ARN of the execution that asks and may hold the lock itself; None when it cannot.
        now: The instant, aware.

    Returns:
        The decision; its reason is one sentence for a person.
    """
    if facts.paused:
        return _decision(Action.NOTHING, facts.paused, wanted)
    other = at_work(facts.lock, execution=execution, now=now, zone=facts.zone)
    if other:
        return _decision(Action.NOTHING, other, wanted)
    if facts.gone and facts.snapshot is None:
        # Whoever named them has been told; a run would fail at every tick.
        return _decision(Action.NOTHING, "none of the node groups that may be scaled exists", wanted)
    if not wanted.asleep:
        return _with_access_checked(_awake(facts, wanted), facts)
    return _with_access_checked(_guarded(_asleep(facts, wanted, now=now), facts, wanted), facts)


def _with_access_checked(decision: Decision, facts: Facts) -> Decision:
    """Lets a tick that does nothing read the cluster when that is due: a closed door is found by day."""
    if decision.action is Action.NOTHING and facts.access_unchecked:
        return decision._replace(action=Action.CHECK_ACCESS)
    return decision


def _guarded(decision: Decision, facts: Facts, wanted: Desired) -> Decision:
    """Holds a sleep back while the inventory looks wrong, or while Toban only observes.

    Nothing holds a wake back.
    """
    if decision.action is not Action.SLEEP:
        return decision
    if facts.vanished:
        gone = ", ".join(facts.vanished)
        gone_since = f"node group {gone} was there a day ago and is gone"
        reason = f"{gone_since}: nothing sleeps for a day, unless it comes back"
        return _decision(Action.REFUSE, reason, wanted)
    if facts.observing_until and facts.snapshot is None:
        until = wall_clock(facts.observing_until, facts.zone, dated=True)
        reason = f"only observing until {until}; would go to {wanted.mode}: {wanted.reason}"
        return _decision(Action.NOTHING, reason, wanted)._replace(observed=True)
    return decision


def _awake(facts: Facts, wanted: Desired) -> Decision:
    if facts.snapshot is not None:
        return _decision(Action.WAKE, wanted.reason, wanted)
    if _is_empty(facts):
        unknown = "should be awake, but has no node and no snapshot says how many it had"
        reason = f"{unknown}: set the node groups by hand"
        return _decision(Action.REFUSE, reason, wanted)
    return _decision(Action.NOTHING, f"awake: {wanted.reason}", wanted)


def _asleep(facts: Facts, wanted: Desired, *, now: datetime) -> Decision:
    snapshot = facts.snapshot
    if snapshot is None:
        if _is_empty(facts):
            return _decision(
                Action.NOTHING, "someone has already taken every node away; left as it is", wanted
            )
        return _decision(Action.SLEEP, wanted.reason, wanted)
    if snapshot.mode == wanted.mode and snapshot.phase is Phase.ASLEEP:
        return _settled(facts, wanted)
    waits = _waits(snapshot, wanted, now=now, zone=facts.zone) if snapshot.mode == wanted.mode else None
    if waits is not None:
        return _decision(Action.NOTHING, waits, wanted)
    unfinished = snapshot.phase is Phase.WAKING and snapshot.mode == wanted.mode
    if unfinished or _has_to_rise(facts, snapshot, wanted.layers):
        return _decision(Action.WAKE, f"as far as {wanted.mode}: {wanted.reason}", wanted)
    return _decision(Action.SLEEP, wanted.reason, wanted)


def _is_empty(facts: Facts) -> bool:
    """Tells whether there are node groups, and none of them is to have a node."""
    return bool(facts.nodegroups) and all(group.size.desired == 0 for group in facts.nodegroups.values())


def _waits(snapshot: Snapshot, wanted: Desired, *, now: datetime, zone: ZoneInfo) -> str | None:
    """Returns why a sleep that was given up is not tried again yet; None when it is."""
    if snapshot.attempts and wanted.next_change and wanted.next_change - now < SLEEP_BUDGET:
        # A run holds the lock for as long as it tries, and the wake must find it free.
        return f"too late to try again before {wall_clock(wanted.next_change, zone)}"
    if snapshot.retry_at is not None and snapshot.retry_at > now:
        next_one = wall_clock(snapshot.retry_at, zone)
        return f"attempt {snapshot.attempts} was given up; the next begins at {next_one}"
    return None


def _settled(facts: Facts, wanted: Desired) -> Decision:
    if facts.restarted:
        reason = f"AWS started {', '.join(facts.restarted)} after a week: {wanted.reason}"
        return _decision(Action.STOP_AGAIN, reason, wanted)
    return _decision(Action.NOTHING, f"asleep: {wanted.reason}", wanted)


def _has_to_rise(facts: Facts, snapshot: Snapshot, layers: Layers) -> bool:
    """Tells whether a layer is deeper asleep than the mode asks for: the run goes by the way of a wake."""
    sizes = desired_capacity(snapshot, layers).sizes
    if any(
        name in facts.nodegroups and facts.nodegroups[name].size.desired < size.desired
        for name, size in sizes.items()
    ):
        return True
    before = snapshot.layers
    shallower = _DEPTH[layers.workloads] < _DEPTH[before.workloads] or (before.database, layers.database) == (
        "stopped",
        "running",
    )
    return shallower and snapshot.mode != "awake"


def _decision(action: Action, reason: str, wanted: Desired) -> Decision:
    return Decision(
        action=action, reason=reason, mode=wanted.mode, layers=wanted.layers, next_change=wanted.next_change
    )
