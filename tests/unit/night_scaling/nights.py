"""Whole nights in memory: the real machine over the real handlers, and the moments that tests begin at."""

from datetime import UTC, datetime, timedelta

from functions.core.nodegroups import Size
from functions.night_scaling.policy.snapshot import Phase, Snapshot, snapshot_of
from tests.fakes.step_functions import Walk
from tests.fakes.world import World

EVENING = datetime(2026, 11, 24, 22, 0, tzinfo=UTC) - timedelta(hours=9)  # Tuesday, Asia/Tokyo
FRIDAY = EVENING + timedelta(days=3)
MORNING = EVENING + timedelta(hours=9, minutes=40)
MONDAY = FRIDAY + timedelta(days=2, hours=9, minutes=40)
TICK = timedelta(minutes=10)


class Crash(BaseException):
    """The process is gone: no Catch, no finally, no word."""


def tick(world: World, now: datetime, name: str = "") -> Walk:
    walk = Walk("night_scaling", world, now=now, name=name or f"{now:%d%H%M%S}")
    walk.run({"target": "dev", "cause": "tick"})
    return walk


def asleep(world: World) -> None:
    assert world.nodegroups.groups["primary"].size == Size(0, 0, 6)
    assert not world.cluster.nodes()
    assert {one.replicas for one in world.cluster.by_key.values()} == {0}
    assert all(job.suspended for job in world.cluster.jobs.values())
    assert world.databases.states == {"taskmanager-dev": "stopped"}
    snapshot = saved_capacity(world)
    assert snapshot
    assert snapshot.phase is Phase.ASLEEP


def unlocked(world: World, now: datetime) -> bool:
    lock = world.table.recall("dev").lock
    return lock is None or lock.leased_until <= now


def slept() -> World:
    world = World()
    tick(world, FRIDAY)
    return world


def saved_capacity(world: World, target: str = "dev") -> Snapshot | None:
    """Returns what the table keeps of a target's capacity."""
    return snapshot_of(world.table.recall(target))


def told_of_failures(world: World) -> list[str]:
    """Returns what people were told of runs that could not go on, woken or not."""
    return [
        text
        for topic in (world.pager, world.notices)
        for subject, text in topic.pages
        if "was given up" in subject
    ]
