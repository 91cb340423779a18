"""Tells the state of a world in plain values, for the page and for `toban twin state`."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from functions.night_scaling.bundled import bundled_schedule
from functions.night_scaling.policy.active_schedule import find_active
from functions.night_scaling.policy.snapshot import snapshot_of
from functions.night_scaling.schedule.desired import Desired, desired
from functions.night_scaling.schedule.holds import unexpired
from twin.up.inventory import inventory_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from zoneinfo import ZoneInfo

    from functions.core.control import TargetRecord
    from functions.night_scaling.policy.active_schedule import ActiveSchedule
    from twin.up.pace import Pace
    from twin.world import World
    from twin.world.environment import Environment

COURSE = timedelta(hours=24)
"""How far ahead the page draws what the schedule asks for."""


def state_of(world: World, pace: Pace, zone: ZoneInfo) -> dict[str, Any]:
    """Gathers what a person wants to see at a glance; instants are ISO texts in `zone`."""
    now = world.clock.now

    def wall(instant: datetime | None) -> str | None:
        return None if instant is None else instant.astimezone(zone).isoformat(timespec="seconds")

    environments = [_environment(world, environment, wall) for environment in world.environments.values()]
    changes = [environment["next_change"] for environment in environments if environment["next_change"]]
    return {
        "now": wall(now),
        "zone": zone.key,
        "speed": pace.speed,
        "jumping_to": wall(pace.goal),
        "fault": pace.fault,
        "next_change": min(changes, key=datetime.fromisoformat, default=None),
        "environments": environments,
        "alarms": alarms_of(world),
        "handler_runs": world.invocations,
        "entries": len(world.timeline),
    }


def next_change(world: World) -> datetime | None:
    """Returns the first instant at which some schedule asks for another mode; None for never."""
    found = [_wanted(world, name)[2] for name in world.environments]
    return min((answer.next_change for answer in found if answer and answer.next_change), default=None)


def _wanted(world: World, name: str) -> tuple[TargetRecord, ActiveSchedule | None, Desired | None]:
    record = world.control_table(name).recall(name)
    choice = find_active(record, environment=name, bundled=bundled_schedule(name))
    if choice is None:
        return record, None, None
    return record, choice, desired(choice.document, holds=choice.holds, now=world.clock.now)


def _environment(
    world: World, environment: Environment, wall: Callable[[datetime | None], str | None]
) -> dict[str, Any]:
    now = world.clock.now
    record, choice, answer = _wanted(world, environment.name)
    lock, snapshot = record.lock, snapshot_of(record)
    databases = {name: world.databases.status(name) for name in environment.deployment.databases}
    return {
        "name": environment.name,
        "wanted": answer.mode if answer else None,
        "reason": answer.reason if answer else "there is no schedule",
        "next_mode": answer.next_mode if answer else None,
        "next_change": wall(answer.next_change) if answer else None,
        "is": f"{snapshot.phase.value}: {snapshot.mode}" if snapshot else "awake",
        "working": lock is not None and lock.leased_until > now,
        "holds": [
            {
                "id": hold.id,
                "kind": hold.kind,
                "owner": hold.owner,
                "reason": hold.reason,
                "begins": wall(hold.begins),
                "expires": wall(hold.expires),
            }
            for hold in unexpired(choice.holds if choice else (), now=now)
        ],
        "course": list(_course(choice, now, wall)),
        "databases": databases,
        **inventory_of(environment),
    }


def _course(
    choice: ActiveSchedule | None, now: datetime, wall: Callable[[datetime | None], str | None]
) -> Iterator[dict[str, Any]]:
    at, end = now, now + COURSE
    while choice is not None and at < end:
        answer = desired(choice.document, holds=choice.holds, now=at)
        until = min(end, answer.next_change or end)
        yield {"begin": wall(at), "end": wall(until), "mode": answer.mode}
        at = until


def alarms_of(world: World) -> list[dict[str, str]]:
    """Lists every alarm with its state and why, by name."""
    answer = world.account.client("cloudwatch").describe_alarms(AlarmTypes=["MetricAlarm", "CompositeAlarm"])
    found = [*answer.get("MetricAlarms", ()), *answer.get("CompositeAlarms", ())]
    return sorted(
        (
            {
                "name": alarm["AlarmName"],
                "state": alarm["StateValue"],
                "reason": alarm.get("StateReason") or "",
            }
            for alarm in found
        ),
        key=lambda alarm: alarm["name"],
    )
