"""Holds and notices through the real machine: who holds stays awake, and is told in time how to hold."""

from datetime import datetime, timedelta

import pytest

from tests.fakes.world import World
from tests.unit.night_scaling.nights import EVENING, FRIDAY, MONDAY, TICK, asleep, tick


def hold(
    world: World, begins: datetime, hours: float, *, kind: str = "keep_awake", mode: str | None = None
) -> None:
    values = {
        "kind": kind,
        "owner": "aoi",
        "reason": "release",
        "begins": begins.isoformat(),
        "expires": (begins + timedelta(hours=hours)).isoformat(),
        "mode": mode,
        "target": None,
    }
    assert world.table.place_hold("dev", "aoi-1", values, now=begins)


def test_a_hold_on_friday_night_keeps_all_awake_and_the_weekend_begins_when_it_ends() -> None:
    world = World()
    before = world.capacity()
    hold(world, FRIDAY - TICK, 2)
    assert tick(world, FRIDAY).path[-1] == "Quiet"
    assert world.capacity() == before
    tick(world, FRIDAY + timedelta(hours=2))
    asleep(world)
    tick(world, MONDAY)
    assert world.capacity() == before


def test_a_hold_wakes_what_sleeps_and_it_sleeps_again_afterwards() -> None:
    world = World()
    before = world.capacity()
    tick(world, FRIDAY)
    night = FRIDAY + timedelta(hours=5)
    hold(world, night, 1)
    tick(world, night)
    assert world.capacity() == before
    tick(world, night + timedelta(hours=1))
    asleep(world)


def test_a_hold_that_comes_while_pods_leave_turns_the_run_around() -> None:
    world = World()
    before = world.capacity()
    world.cluster.forbidden.add("coredns-node-1")
    tick(world, FRIDAY)
    hold(world, FRIDAY + timedelta(minutes=40), 1)
    tick(world, FRIDAY + timedelta(minutes=40))
    assert world.capacity() == before


def test_sleep_now_sends_to_sleep_by_day() -> None:
    world = World()
    noon = EVENING - timedelta(hours=9)
    hold(world, noon, 3, kind="sleep_now", mode="stop")
    tick(world, noon)
    asleep(world)


def test_a_hold_that_cannot_be_read_is_told_once_and_the_night_goes_on() -> None:
    world = World()
    world.table.change("dev", holds=({"id": "x-1", "kind": "nap"},))
    tick(world, FRIDAY)
    tick(world, FRIDAY + TICK)
    asleep(world)
    assert ["x-1" in message for _, message in world.pager.pages] == [True]


@pytest.mark.parametrize("minutes", [15, 5])
def test_the_team_is_told_before_a_sleep_once_with_the_command_that_prevents_it(minutes: int) -> None:
    world = World()
    for before in (25, minutes, minutes - 1):
        tick(world, FRIDAY - timedelta(minutes=before), f"t{before}")
    assert [subject for subject, _ in world.notices.pages] == ["Toban dev: stop begins at 22:00"]
    assert 'toban hold add dev --until 00:00 --reason "why"' in world.notices.pages[0][1]
    assert not world.pager.pages, "nobody is woken by it"


def test_each_sleep_has_its_notice_and_what_was_told_is_forgotten() -> None:
    world = World()
    for evening in (EVENING, EVENING + timedelta(days=1)):
        tick(world, evening - timedelta(minutes=15), f"{evening:%d}")
        tick(world, evening, f"s{evening:%d}")
        tick(world, evening + timedelta(hours=9, minutes=40), f"w{evening:%d}")
    assert len(world.notices.pages) == 2
    assert world.table.recall("dev").pages == {}


def test_a_hold_moves_the_notice() -> None:
    world = World()
    hold(world, FRIDAY - timedelta(hours=1), 3)
    tick(world, FRIDAY - timedelta(minutes=10))
    assert not world.notices.pages
    tick(world, FRIDAY + timedelta(hours=1, minutes=50))
    assert [subject for subject, _ in world.notices.pages] == ["Toban dev: stop begins at 00:00"]
