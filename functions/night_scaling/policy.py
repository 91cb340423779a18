"""Decides what an environment needs now, from facts, the schedule's wish and the time alone.

The decision never asks what happened since the last one, so a tick that is late, doubled or lost changes nothing.
What a person or an autoscaler changes during a verified sleep is left alone: only an unfinished run is taken up.
"""

from datetime import datetime

from functions.core.capacity import Layers, Phase, Snapshot
from functions.night_scaling.aims import aim_for
from functions.night_scaling.models import Action, Decision, Facts, Wish
from functions.night_scaling.patience import SLEEP_BUDGET

DEPTH = {"running": 0, "reduced": 1, "stopped": 2}


def decide(facts: Facts, wish: Wish, *, owner: str | None, now: datetime) -> Decision:
    """Decides between nothing, sleep, wake and refuse.

    Args:
        facts: What was observed.
        wish: What the schedule asks for at `now`.
        owner: Execution that asks and may hold the lock itself; None when it cannot.
        now: The instant, aware.

    Returns:
        The decision; its reason is one sentence for a person.
    """
    if facts.paused:
        return _decision(Action.NOTHING, facts.paused, wish)
    lock = facts.lock
    if lock and lock.owner != owner and lock.leased_until > now:
        return _decision(
            Action.NOTHING, f"{lock.owner} is at work until {lock.leased_until:%H:%M} UTC at most", wish
        )
    if not facts.nodegroups:
        return _decision(Action.REFUSE, "none of the node groups that may be scaled exists", wish)
    if wish.awake:
        return _awake(facts, wish)
    return _guarded(_asleep(facts, wish, now=now), facts, wish)


def _guarded(decision: Decision, facts: Facts, wish: Wish) -> Decision:
    """Holds a sleep back while the inventory looks wrong, or while Toban only observes; nothing holds a wake back."""
    if decision.action is not Action.SLEEP:
        return decision
    if facts.vanished:
        gone = ", ".join(facts.vanished)
        reason = f"node group {gone} was there a day ago and is gone: nothing sleeps for a day, unless it comes back"
        return _decision(Action.REFUSE, reason, wish)
    if facts.observing_until and facts.snapshot is None:
        until = f"{facts.observing_until:%Y-%m-%d %H:%M} UTC"
        reason = f"only observing until {until}; would go to {wish.mode}: {wish.reason}"
        return _decision(Action.NOTHING, reason, wish)._replace(observed=True)
    return decision


def _awake(facts: Facts, wish: Wish) -> Decision:
    if facts.snapshot is not None:
        return _decision(Action.WAKE, wish.reason, wish)
    if all(group.size.desired == 0 for group in facts.nodegroups.values()):
        reason = "should be awake, but has no node and no snapshot says how many it had: set the node groups by hand"
        return _decision(Action.REFUSE, reason, wish)
    return _decision(Action.NOTHING, f"awake: {wish.reason}", wish)


def _asleep(facts: Facts, wish: Wish, *, now: datetime) -> Decision:
    snapshot = facts.snapshot
    if snapshot is None:
        if all(group.size.desired == 0 for group in facts.nodegroups.values()):
            return _decision(Action.NOTHING, "someone has already taken every node away; left as it is", wish)
        return _decision(Action.SLEEP, wish.reason, wish)
    if snapshot.mode == wish.mode and snapshot.phase is Phase.ASLEEP:
        return _settled(facts, wish)
    waits = _waits(snapshot, wish, now=now) if snapshot.mode == wish.mode else None
    if waits is not None:
        return _decision(Action.NOTHING, waits, wish)
    if _has_to_rise(facts, snapshot, wish.layers):
        return _decision(Action.WAKE, f"as far as {wish.mode}: {wish.reason}", wish)
    return _decision(Action.SLEEP, wish.reason, wish)


def _waits(snapshot: Snapshot, wish: Wish, *, now: datetime) -> str | None:
    """Returns why a sleep that was given up is not tried again yet; None when it is."""
    if snapshot.attempts and wish.next_change and wish.next_change - now < SLEEP_BUDGET:
        # A run holds the lock for as long as it tries, and the wake must find it free.
        return f"too late to try again before {wish.next_change:%H:%M} UTC"
    if snapshot.retry_at is not None and snapshot.retry_at > now:
        return f"attempt {snapshot.attempts} was given up; the next begins at {snapshot.retry_at:%H:%M} UTC"
    return None


def _settled(facts: Facts, wish: Wish) -> Decision:
    if facts.restarted:
        reason = f"AWS started {', '.join(facts.restarted)} after a week: {wish.reason}"
        return _decision(Action.STOP_AGAIN, reason, wish)
    return _decision(Action.NOTHING, f"asleep: {wish.reason}", wish)


def _has_to_rise(facts: Facts, snapshot: Snapshot, layers: Layers) -> bool:
    """Tells whether a layer is deeper asleep than the mode asks for, so that the run has to go by the way of a wake."""
    sizes = aim_for(snapshot, layers).sizes
    if any(
        name in facts.nodegroups and facts.nodegroups[name].size.desired < size.desired
        for name, size in sizes.items()
    ):
        return True
    before = snapshot.layers
    shallower = DEPTH[layers.workloads] < DEPTH[before.workloads] or (before.database, layers.database) == (
        "stopped",
        "running",
    )
    return shallower and snapshot.mode != "awake"


def _decision(action: Action, reason: str, wish: Wish) -> Decision:
    return Decision(
        action=action, reason=reason, mode=wish.mode, layers=wish.layers, next_change=wish.next_change
    )
