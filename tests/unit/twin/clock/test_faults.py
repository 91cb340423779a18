"""What goes wrong on the clock reaches the driver, with its name and the remedy."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from tests.unit.twin.clock.instants import minutes
from twin.errors import TwinFault
from twin.tasks import Waiter

if TYPE_CHECKING:
    import datetime as dt

    from twin.clock import Clock


def test_a_failing_task_stops_the_driver_and_tells_its_name(clock: Clock) -> None:
    def fail() -> None:
        clock.sleep(60)
        raise KeyError("missing")

    clock.spawn(fail, name="the night's work")
    with pytest.raises(TwinFault, match=r"the night's work failed at 2026-06-05T10:01.*KeyError: 'missing'"):
        clock.run_until(minutes(10))
    assert clock.now == minutes(1)
    assert [error.name for error in clock.errors] == ["the night's work"]
    clock.run_until(minutes(10))
    assert clock.now == minutes(10)


def test_a_failing_timer_stops_the_driver_and_tells_its_name(clock: Clock) -> None:
    clock.call_later(60, lambda: [].append(1 // 0), name="alarm evaluation")
    with pytest.raises(TwinFault, match="alarm evaluation failed"):
        clock.run_until(minutes(10))


def test_a_timer_that_waits_is_refused_with_the_remedy(clock: Clock) -> None:
    clock.call_later(60, lambda: clock.sleep(1), name="impatient")
    with pytest.raises(TwinFault, match="let it spawn a task"):
        clock.run_until(minutes(10))


def test_a_thread_without_the_baton_may_not_wait_but_may_set_a_timer(clock: Clock) -> None:
    caught: list[BaseException] = []
    fired: list[dt.datetime] = []

    def beside() -> None:
        clock.call_later(120, lambda: fired.append(clock.now))
        try:
            clock.sleep(1)
        except TwinFault as error:
            caught.append(error)

    def work() -> None:
        thread = threading.Thread(target=beside)
        thread.start()
        thread.join()

    clock.spawn(work, name="caller")
    clock.run_until(minutes(10))
    assert fired == [minutes(2)]
    assert "A thread beside the running task 'caller'" in str(caught[0])


def test_a_driver_that_waits_for_nothing_hears_who_else_waits(clock: Clock) -> None:
    clock.spawn(lambda: clock.wait_for(Waiter()) and None, name="forgotten")
    with pytest.raises(TwinFault, match=r"Deadlock.*waiting: forgotten"):
        clock.wait_for(Waiter())
    clock.run_until(minutes(5))


def test_only_the_driver_runs_the_clock(clock: Clock) -> None:
    clock.spawn(lambda: clock.run_until(minutes(5)), name="usurper")
    with pytest.raises(TwinFault, match="Only the driver runs the clock"):
        clock.run_until(minutes(10))
