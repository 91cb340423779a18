"""Whole nights: the real machine over the real handlers, and every crash between two side effects."""

import contextlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from functions.core.nodegroups import Size
from functions.night_scaling.policy.active_schedule import APPLIED
from tests.fakes.world import World
from tests.unit.night_scaling.nights import (
    EVENING,
    FRIDAY,
    MONDAY,
    MORNING,
    TICK,
    Crash,
    asleep,
    saved_capacity,
    slept,
    tick,
    told_of_failures,
    unlocked,
)


def test_a_weeknight_keeps_two_nodes_and_one_replica_and_a_morning_brings_all_back() -> None:
    world = World()
    before = world.capacity()
    tick(world, EVENING)
    assert world.nodegroups.groups["primary"].size == Size(2, 2, 6)
    assert {one.replicas for one in world.cluster.by_key.values()} == {1}
    assert world.databases.states == {"taskmanager-dev": "available"}
    assert tick(world, EVENING + TICK).path == ["Asked", "PlanNight", "Route", "Quiet"]
    tick(world, MORNING)
    assert world.capacity() == before
    assert saved_capacity(world) is None
    assert len(world.announcer.events) == 2
    assert not world.pager.pages


def test_a_weekend_stops_everything_and_monday_brings_all_back() -> None:
    world = World()
    before = world.capacity()
    tick(world, FRIDAY)
    asleep(world)
    tick(world, MONDAY)
    assert world.capacity() == before


def test_a_wake_that_was_lost_is_made_up_by_a_later_tick() -> None:
    world = World()
    before = world.capacity()
    tick(world, FRIDAY)
    tick(world, MONDAY + timedelta(hours=5))
    assert world.capacity() == before


def test_doubled_and_late_events_change_nothing() -> None:
    world = World()
    tick(world, FRIDAY)
    snapshot = saved_capacity(world)
    for name in ("again", "and-again"):
        assert tick(world, FRIDAY + TICK, name).path[-1] == "Quiet"
    assert saved_capacity(world) == snapshot
    assert len(world.table.runs) == 1


def test_a_budget_that_forbids_an_eviction_pages_by_name_and_the_node_stays_open() -> None:
    world = World()
    world.cluster.forbidden.add("coredns-node-1")
    walk = tick(world, FRIDAY)
    assert walk.path[-1] == "GivenUp"
    assert not world.pager.pages, "nothing but money is lost, and that wakes nobody"
    assert "coredns-node-1" in told_of_failures(world)[0]
    assert [(node.name, node.cordoned) for node in world.cluster.nodes()] == [("node-1", False)]
    assert world.table.recall("dev").lock is None
    tick(world, walk.now + TICK)
    assert len(told_of_failures(world)) == 1, "people are told once"
    world.cluster.forbidden.clear()
    tick(world, walk.now + timedelta(minutes=30))
    asleep(world)


def test_an_unknown_node_group_is_told_once_and_the_others_sleep() -> None:
    world = World()
    world.settings = world.settings._replace(nodegroups=("primary", "typo"))
    tick(world, FRIDAY)
    tick(world, FRIDAY + TICK)
    assert [message for _, message in world.pager.pages if "typo" in message]
    assert len(world.pager.pages) == 1
    assert world.nodegroups.groups["primary"].size.desired == 0


@pytest.mark.parametrize("junk", ["", "{", "x" * 1_000_000, '{"version": 1}', "[1]"])
def test_a_broken_document_is_told_once_and_the_schedule_before_it_is_followed(junk: str) -> None:
    world = World()
    world.table.put_note("dev", APPLIED, {"document": junk})
    tick(world, FRIDAY)
    tick(world, FRIDAY + TICK)
    asleep(world)
    assert len(world.pager.pages) == 1


def side_effects(at: datetime, world: World) -> int:
    calls = 0

    def count(_name: str, effect: Callable[[], Any]) -> Any:
        nonlocal calls
        calls += 1
        return effect()

    tick(world.watched(count), at)
    return calls


def crashing(at: int, *, before: bool, error: type[BaseException]) -> Callable[[str, Callable[[], Any]], Any]:
    calls = 0

    def run(name: str, effect: Callable[[], Any]) -> Any:
        nonlocal calls
        calls += 1
        if calls == at and before:
            raise error(f"before {name}")
        answer = effect()
        if calls == at:
            raise error(f"after {name}")
        return answer

    return run


EFFECTS = {"sleep": side_effects(FRIDAY, World()), "wake": side_effects(MONDAY, slept())}


@pytest.mark.parametrize("error", [Crash, RuntimeError])
@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize(
    ("way", "at"), [(way, at) for way, count in EFFECTS.items() for at in range(1, count + 1)]
)
def test_a_crash_between_any_two_side_effects_is_made_up_by_later_ticks(
    way: str, at: int, *, before: bool, error: type[BaseException]
) -> None:
    """A run dies at one side effect, ticks go on, and the night is as if nothing had happened."""
    original = World().capacity()
    world = World() if way == "sleep" else slept()
    start = FRIDAY if way == "sleep" else MONDAY

    with contextlib.suppress(Crash):
        tick(world.watched(crashing(at, before=before, error=error)), start, "dies")
    snapshot = saved_capacity(world)
    untouched = {**original, "cordoned": []} == world.capacity()
    assert untouched or snapshot is not None, "changed capacity without a snapshot to come back to"
    assert snapshot is None or dict(snapshot.nodegroups) == original["sizes"]

    for ticks in range(1, 7):
        tick(world, start + ticks * TICK)
    if way == "sleep":
        asleep(world)
        assert unlocked(world, start + 6 * TICK)
        tick(world, MONDAY)
    assert world.capacity() == original
    assert saved_capacity(world) is None
    assert unlocked(world, MONDAY + 6 * TICK)


def test_the_crashes_cover_a_night_of_real_size() -> None:
    assert EFFECTS["sleep"] >= 25
    assert EFFECTS["wake"] >= 15
