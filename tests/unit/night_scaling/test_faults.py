"""Faults on every call of a night, reads included: the desired state or a page, and nothing lost.

A call fails once, in one of five ways, or one kind of call fails for hours. The walk knows no retries, which
is the harder case: what the machine's Retry would smooth over reaches its Catch here.
"""

import contextlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from functions.core.errors import PermanentError, TemporaryError
from functions.night_scaling.policy.snapshot import Phase
from tests.fakes.world import World
from tests.unit.night_scaling.nights import (
    FRIDAY,
    MONDAY,
    TICK,
    Crash,
    asleep,
    saved_capacity,
    slept,
    tick,
    told_of_failures,
)

Call = Callable[[], Any]
TICKS = 8
"""Ticks that follow: an hour and twenty minutes, longer than the first pause after a sleep that was given
up."""


def refuse(call: Call) -> Any:
    raise TemporaryError("throttled, or a 5xx")


def time_out(call: Call) -> Any:
    call()
    raise TemporaryError("done, but the answer is lost")


def crash_before(call: Call) -> Any:
    raise Crash


def crash_after(call: Call) -> Any:
    call()
    raise Crash


def deny(call: Call) -> Any:
    raise PermanentError("denied")


def double(call: Call) -> Any:
    call()
    return call()


KINDS = {
    "throttle or 5xx": refuse,
    "timeout": time_out,
    "crash before": crash_before,
    "crash after": crash_after,
    "denied": deny,
    "duplicate": double,
}
WAYS = {"sleep": (World, FRIDAY), "wake": (slept, MONDAY)}


def calls_of(way: str) -> list[str]:
    make, start = WAYS[way]
    seen: list[str] = []

    def note(name: str, call: Call) -> Any:
        seen.append(name)
        return call()

    tick(make().watched(note, reads=True), start)
    return seen


CALLS = {way: calls_of(way) for way in WAYS}


def struck(world: World, at: int, kind: Callable[[Call], Any]) -> World:
    count = 0

    def strike(_name: str, call: Call) -> Any:
        nonlocal count
        count += 1
        return kind(call) if count == at else call()

    return world.watched(strike, reads=True)


def settle(world: World, start: datetime) -> None:
    for number in range(1, TICKS + 1):
        tick(world, start + number * TICK, f"s{number}")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("way", WAYS)
def test_one_fault_on_any_call_ends_in_the_desired_state_and_loses_nothing(
    way: str, kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    original = World().capacity()
    make, start = WAYS[way]
    for at in range(1, len(CALLS[way]) + 1):
        world = make()
        with contextlib.suppress(Crash):
            tick(struck(world, at, KINDS[kind]), start, "struck")
        settle(world, start)
        where = f"{kind} at call {at}, {CALLS[way][at - 1]}"
        if way == "sleep":
            asleep(world)
            settle(world, MONDAY)
        assert world.capacity() == original, where
        assert saved_capacity(world) is None, where
        if kind == "denied":
            reached = [*world.pager.pages, *world.announcer.events]
            assert reached, where
    with capsys.disabled():
        print(f"\n{len(CALLS[way])} calls of a {way}, each with one {kind}: all reached the desired state")  # noqa: T201 - the count that was asked for


@pytest.mark.parametrize("name", sorted({*CALLS["sleep"], *CALLS["wake"]}))
def test_a_call_that_fails_for_hours_is_paged_or_not_needed_and_the_morning_is_whole(name: str) -> None:
    original = World().capacity()
    world = World()
    broken = True

    def strike(called: str, call: Call) -> Any:
        if broken and called == name:
            raise TemporaryError(f"{name} is throttled")
        return call()

    watched = world.watched(strike, reads=True)
    untold: list[str] = []
    for number in range(20):
        untold += tick(watched, FRIDAY + number * TICK, f"b{number}").untold
    snapshot = saved_capacity(world)
    slept_anyway = snapshot is not None and snapshot.phase is Phase.ASLEEP
    assert slept_anyway or world.pager.pages or told_of_failures(world) or untold or world.alarm.rung
    broken = False
    settle(watched, FRIDAY + timedelta(hours=6))
    asleep(world)
    settle(watched, MONDAY)
    assert world.capacity() == original


def test_the_faults_cover_a_night_of_real_size() -> None:
    assert len(CALLS["sleep"]) >= 50
    assert len(CALLS["wake"]) >= 40
