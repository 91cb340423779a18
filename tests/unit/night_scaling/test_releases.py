"""Argo Rollouts at night: a Rollout sleeps as a Deployment does, and a release under way is not cut short."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.core.cluster import Bounds, Workload
from functions.night_scaling.policy.coexistence import wait_for_release
from functions.night_scaling.policy.deadlines import RELEASE_PATIENCE
from functions.night_scaling.policy.snapshot import Phase
from tests.fakes.world import World
from tests.unit.night_scaling.nights import EVENING, FRIDAY, MONDAY, MORNING, TICK, saved_capacity, tick

TOKYO = ZoneInfo("Asia/Tokyo")
ROLLOUT = Workload("Rollout", "app", "api-service", 4, bounds=Bounds("api-service-hpa", 3, 10))


@pytest.fixture
def world() -> World:
    made = World()
    del made.cluster.by_key["Deployment app/api-service"]
    made.cluster.by_key[ROLLOUT.key] = ROLLOUT
    return made


def replicas(world: World) -> int:
    return int(world.cluster.by_key[ROLLOUT.key].replicas)


@pytest.mark.parametrize(("evening", "morning", "kept"), [(EVENING, MORNING, 1), (FRIDAY, MONDAY, 0)])
def test_a_rollout_sleeps_and_wakes_exactly_as_it_was(
    evening: datetime, morning: datetime, kept: int, world: World
) -> None:
    before = world.capacity()
    tick(world, evening)
    assert replicas(world) == kept
    tick(world, morning)
    assert world.capacity() == before


def test_a_sleep_waits_for_a_release_and_begins_with_the_first_tick_after_it(world: World) -> None:
    world.cluster.releases = {ROLLOUT.key}
    before = world.capacity()
    for at in (EVENING, EVENING + TICK):
        walk = tick(world, at)
        assert walk.path[-1] == "Quiet"
        assert saved_capacity(world) is None
        assert world.table.recall("dev").lock is None
    assert world.capacity() == before
    world.cluster.releases = set()
    tick(world, EVENING + 2 * TICK)
    assert replicas(world) == 1
    assert not world.pager.pages


def test_a_waiting_sleep_says_for_whom_and_until_when(world: World) -> None:
    world.cluster.releases = {ROLLOUT.key}
    said = wait_for_release(world.cluster.releasing(), since=EVENING, now=EVENING + TICK, zone=TOKYO)
    assert said == "waits until Tue 23:00 (Asia/Tokyo) at most for the release of Rollout app/api-service"


def test_a_release_that_waits_for_a_person_keeps_its_pods_while_everything_else_sleeps(world: World) -> None:
    world.cluster.releases = {ROLLOUT.key}
    before = world.capacity()
    tick(world, EVENING + RELEASE_PATIENCE)
    assert replicas(world) == 4
    assert world.cluster.by_key["Deployment app/worker"].replicas == 1
    assert saved_capacity(world).phase is Phase.ASLEEP
    [run] = world.table.runs.values()
    assert "found a release of Rollout app/api-service under way: it keeps its pods this time" in run["did"]  # type: ignore[operator] # sentences
    tick(world, MORNING)
    assert world.capacity() == before


def test_a_release_during_the_night_keeps_no_wake_waiting(world: World) -> None:
    before = world.capacity()
    tick(world, EVENING)
    world.cluster.releases = {ROLLOUT.key}
    tick(world, MORNING)
    assert world.capacity() == before


@given(minutes=st.integers(0, 24 * 60), keys=st.lists(st.sampled_from(["Rollout a/b", "Rollout a/c"])))
def test_nobody_waits_without_a_release_or_for_longer_than_an_hour(minutes: int, keys: list[str]) -> None:
    now = EVENING + timedelta(minutes=minutes)
    waits = wait_for_release(tuple(keys), since=EVENING, now=now, zone=TOKYO)
    assert (waits is not None) == (bool(keys) and minutes < 60)
    assert wait_for_release(tuple(keys), since=None, now=now, zone=TOKYO) is None
