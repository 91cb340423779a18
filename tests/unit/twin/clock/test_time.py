"""Virtual time passes by timers alone, and the whole process sees it."""

from __future__ import annotations

import datetime as dt
import queue
import time

import pytest

from tests.unit.twin.clock.instants import START, minutes
from twin.clock import Clock
from twin.errors import TwinFault


def test_an_hour_passes_without_waiting_for_it(clock: Clock) -> None:
    clock.run_until(minutes(60))
    assert clock.now == minutes(60)


def test_datetime_and_time_follow_the_clock(clock: Clock) -> None:
    seen: list[object] = []

    def look() -> None:
        seen.append((dt.datetime.now(dt.UTC), time.time(), time.localtime().tm_hour))  # noqa: TID251 - the law

    clock.call_at(minutes(90), look)
    clock.run_until(minutes(120))
    assert seen == [(minutes(90), minutes(90).timestamp(), 11)]


def test_monotonic_time_stays_real_so_that_real_threads_can_wait(clock: Clock) -> None:
    before = time.monotonic()
    clock.run_until(minutes(600))
    assert time.monotonic() - before < 300
    with pytest.raises(queue.Empty):
        queue.Queue[int]().get(timeout=0.01)


def test_timers_of_the_same_time_fire_in_the_order_they_were_set(clock: Clock) -> None:
    seen: list[int] = []
    for number in range(5):
        clock.call_at(minutes(1), lambda number=number: seen.append(number))  # type: ignore[misc]
    clock.run_until(minutes(1))
    assert seen == [0, 1, 2, 3, 4]


def test_what_is_due_at_the_end_still_happens_even_when_set_on_the_way(clock: Clock) -> None:
    seen: list[str] = []
    clock.call_at(minutes(1), lambda: clock.call_later(60, lambda: seen.append("late")) and None)
    clock.run_until(minutes(2))
    assert seen == ["late"]


def test_a_cancelled_timer_never_fires(clock: Clock) -> None:
    seen: list[str] = []
    timer = clock.call_later(10, lambda: seen.append("no"))
    timer.cancel()
    timer.cancel()
    clock.run_until(minutes(1))
    assert seen == []


def test_thousands_of_cancelled_timers_leave_the_living_ones_in_order(clock: Clock) -> None:
    seen: list[int] = []
    for number in range(2000):
        timer = clock.call_later(10_000 - number, lambda number=number: seen.append(number))  # type: ignore[misc]
        if number % 100:
            timer.cancel()
    clock.run_until(minutes(200))
    assert seen == list(range(1900, -1, -100))


def test_the_clock_refuses_to_run_back_and_to_start_without_a_zone(clock: Clock) -> None:
    with pytest.raises(ValueError, match="does not run back"):
        clock.run_until(minutes(-1))
    with pytest.raises(ValueError, match="names no zone"):
        Clock(dt.datetime(2026, 6, 5))  # noqa: DTZ001 - the point


def test_a_second_open_clock_is_refused(clock: Clock) -> None:
    with pytest.raises(TwinFault, match="Another virtual clock is open"):
        Clock(START)
    clock.run_until(minutes(1))
