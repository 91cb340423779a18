"""Time flows in steps at a speed, jumps arrive exactly, and a fault stops both."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from twin.errors import TwinFault
from twin.up import pace as module
from twin.up.pace import SLICE, Pace
from twin.up.wire import Refusal

NOON = datetime(2026, 12, 7, 3, tzinfo=UTC)


class World:
    """A clock that breaks when it is told to, and a real clock that a test moves."""

    def __init__(self) -> None:
        self.now, self.breaks, self.real, self.steps = NOON, False, 0.0, 0

    def run_until(self, when: datetime) -> None:
        self.steps += 1
        if self.breaks:
            raise TwinFault("a task failed")
        assert when >= self.now
        self.now = when


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    world = World()
    monkeypatch.setattr(module, "monotonic", lambda: world.real)
    return world


def paced(world: World, speed: float) -> Pace:
    return Pace(lambda: world.now, world.run_until, speed)


def test_time_flows_at_its_speed(world: World) -> None:
    pace = paced(world, 60)
    world.real += 2
    pace.step()
    assert world.now == NOON + timedelta(minutes=2)


def test_the_time_of_another_speed_is_not_made_up_for(world: World) -> None:
    pace = paced(world, 0)
    world.real += 1000
    pace.speed = 60
    world.real += 1
    pace.step()
    assert world.now == NOON + timedelta(minutes=1)


def test_a_laptop_that_slept_does_not_fall_into_the_future(world: World) -> None:
    pace = paced(world, 60)
    world.real += 1e6
    pace.step()
    assert world.now == NOON + SLICE


def test_jumps_go_in_slices_and_each_arrives_at_its_own_time(world: World) -> None:
    pace = paced(world, 0)
    near, far = pace.jump(NOON + timedelta(minutes=5)), pace.jump(NOON + timedelta(hours=1))
    while pace.goal is not None:
        pace.step()
    assert far.result() == NOON + timedelta(hours=1)
    assert NOON + timedelta(minutes=5) <= near.result() <= NOON + SLICE
    assert world.steps == 6


def test_a_fault_stops_time_and_the_jump_and_a_person_may_go_on(world: World) -> None:
    pace = paced(world, 60)
    arrival = pace.jump(NOON + timedelta(hours=1))
    world.breaks = True
    pace.step()
    with pytest.raises(Refusal, match="a task failed"):
        arrival.result(timeout=0)
    assert (pace.fault, pace.speed, pace.goal) == ("a task failed", 0, None)
    world.breaks = False
    pace.speed = 60
    assert pace.fault is None


def test_closing_ends_the_jumps(world: World) -> None:
    pace = paced(world, 0)
    arrival = pace.jump(NOON + timedelta(hours=1))
    pace.close()
    with pytest.raises(Refusal, match="stopping"):
        arrival.result(timeout=0)


@pytest.mark.parametrize("speed", [-1, 6001, float("nan"), float("inf")])
def test_a_speed_that_is_none_is_refused(speed: float, world: World) -> None:
    with pytest.raises(Refusal, match="is no speed"):
        paced(world, speed)
