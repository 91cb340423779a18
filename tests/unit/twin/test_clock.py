"""Laws of the virtual clock."""

from __future__ import annotations

import datetime as dt
import queue
import threading
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twin.clock import Clock
from twin.errors import TwinFault
from twin.tasks import Waiter

if TYPE_CHECKING:
    from collections.abc import Iterator

START = dt.datetime(2026, 6, 5, 10, 0, tzinfo=dt.UTC)


def minutes(count: float) -> dt.datetime:
    return START + dt.timedelta(minutes=count)


@pytest.fixture
def clock() -> Iterator[Clock]:
    clock = Clock(START)
    yield clock
    clock.close()


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


def test_tasks_take_turns_and_sleep_side_by_side(clock: Clock) -> None:
    seen: list[tuple[str, dt.datetime]] = []

    def work(name: str, naps: list[float]) -> None:
        for nap in naps:
            clock.sleep(nap * 60)
            seen.append((name, clock.now))

    clock.spawn(lambda: work("a", [1, 2]), name="a")
    clock.spawn(lambda: work("b", [2, 1]), name="b")
    clock.run_until(minutes(10))
    assert seen == [("a", minutes(1)), ("b", minutes(2)), ("a", minutes(3)), ("b", minutes(3))]


def test_a_spawned_task_starts_after_those_that_are_ready(clock: Clock) -> None:
    seen: list[str] = []

    def parent() -> None:
        clock.spawn(lambda: seen.append("child"), name="child")
        seen.append("parent")

    clock.spawn(parent, name="parent")
    clock.spawn(lambda: seen.append("sibling"), name="sibling")
    clock.run_until(START)
    assert seen == ["parent", "sibling", "child"]


def test_time_sleep_of_a_task_is_virtual(clock: Clock) -> None:
    clock.spawn(lambda: time.sleep(3600), name="sleeper")  # noqa: TID251 - the law
    before = time.monotonic()
    clock.run_until(minutes(61))
    assert time.monotonic() - before < 60


def test_time_sleep_of_another_thread_stays_real(clock: Clock) -> None:
    thread = threading.Thread(target=lambda: time.sleep(0.01))  # noqa: TID251 - the law
    thread.start()
    clock.run_until(minutes(1))
    thread.join(timeout=10)
    assert not thread.is_alive()
    assert clock.now == minutes(1)


def test_a_waiter_is_woken_once_and_before_its_timeout(clock: Clock) -> None:
    waiter = Waiter()
    seen: list[object] = []
    clock.spawn(lambda: seen.append((clock.wait_for(waiter, 600), clock.now)), name="waiting")
    clock.call_at(minutes(3), lambda: clock.wake(waiter))
    clock.call_at(minutes(4), lambda: clock.wake(waiter))
    clock.run_until(minutes(20))
    assert seen == [(True, minutes(3))]


def test_a_wait_times_out_in_virtual_time(clock: Clock) -> None:
    seen: list[object] = []
    clock.spawn(lambda: seen.append((clock.wait_for(Waiter(), 600), clock.now)), name="waiting")
    clock.run_until(minutes(20))
    assert seen == [(False, minutes(10))]


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


def test_the_clock_refuses_to_run_back_and_to_start_without_a_zone(clock: Clock) -> None:
    with pytest.raises(ValueError, match="does not run back"):
        clock.run_until(minutes(-1))
    with pytest.raises(ValueError, match="names no zone"):
        Clock(dt.datetime(2026, 6, 5))  # noqa: DTZ001 - the point


def test_a_scope_is_left_whenever_another_task_runs(clock: Clock) -> None:
    owner: list[str] = []
    seen: list[tuple[str, list[str]]] = []

    def work(name: str) -> None:
        with clock.scope(lambda: owner.append(name), owner.clear):
            for _ in range(3):
                clock.sleep(60)
                seen.append((name, list(owner)))

    clock.spawn(lambda: work("a"), name="a")
    clock.spawn(lambda: work("b"), name="b")
    clock.call_later(90, lambda: seen.append(("timer", list(owner))))
    clock.run_until(minutes(10))
    assert seen == [
        *[("a", ["a"]), ("b", ["b"]), ("timer", [])],
        *[("a", ["a"]), ("b", ["b"]), ("a", ["a"]), ("b", ["b"])],
    ]
    assert owner == []


def test_closing_ends_every_thread_and_gives_the_real_time_back() -> None:
    threads, real_sleep = threading.active_count(), time.sleep  # noqa: TID251 - the law
    unwound: list[str] = []

    def wait(clock: Clock) -> None:
        try:
            clock.wait_for(Waiter())
        finally:
            unwound.append("yes")

    def live_once() -> None:
        clock = Clock(START)
        clock.spawn(lambda: wait(clock), name="endless")
        clock.spawn(lambda: clock.sleep(5), name="short")
        clock.run_until(minutes(1))
        clock.spawn(lambda: wait(clock), name="never started")
        clock.close()
        clock.close()

    for _ in range(20):
        live_once()
    assert len(unwound) == 20
    assert threading.active_count() == threads
    assert time.sleep is real_sleep  # noqa: TID251 - the law
    assert dt.datetime.now(dt.UTC) > START + dt.timedelta(days=1)  # noqa: TID251 - the law


def test_a_second_open_clock_is_refused(clock: Clock) -> None:
    with pytest.raises(TwinFault, match="Another virtual clock is open"):
        Clock(START)
    clock.run_until(minutes(1))


@settings(deadline=None, max_examples=40)
@given(st.lists(st.lists(st.integers(0, 5), max_size=4), max_size=6))
def test_two_runs_are_the_same_run_and_time_never_goes_back(plans: list[list[int]]) -> None:
    def run() -> list[tuple[int, dt.datetime]]:
        clock = Clock(START)
        seen: list[tuple[int, dt.datetime]] = []

        def work(number: int, naps: list[int]) -> None:
            for nap in naps:
                clock.sleep(nap)
                seen.append((number, dt.datetime.now(dt.UTC)))  # noqa: TID251 - the law

        for number, naps in enumerate(plans):
            clock.spawn(lambda number=number, naps=naps: work(number, naps), name=str(number))  # type: ignore[misc]
        clock.run_until(minutes(1))
        clock.close()
        return seen

    first = run()
    assert first == run()
    assert [at for _, at in first] == sorted(at for _, at in first)
    assert len(first) == sum(map(len, plans))


def test_an_interrupted_task_unwinds_where_it_waits_and_is_no_fault(clock: Clock) -> None:
    seen: list[str] = []

    def work() -> None:
        try:
            clock.sleep(3600)
        except Exception:  # noqa: BLE001 - the law: an interruption passes it
            seen.append("caught")
        finally:
            seen.append(f"left at {clock.now:%H:%M}")

    task = clock.spawn(work, name="work")
    clock.call_at(minutes(5), lambda: clock.interrupt(task))
    clock.run_until(minutes(90))
    assert seen == ["left at 10:05"]


def test_a_task_interrupted_before_it_began_never_begins(clock: Clock) -> None:
    seen: list[str] = []
    clock.interrupt(clock.spawn(lambda: seen.append("began"), name="early"))
    clock.run_until(minutes(1))
    assert seen == []


def test_a_deadline_ends_a_wait_and_one_that_is_kept_leaves_no_trace(clock: Clock) -> None:
    seen: list[str] = []

    def work() -> None:
        with clock.deadline(600):
            clock.sleep(60)
        try:
            with clock.deadline(3600), clock.deadline(60):
                clock.sleep(600)
        except TimeoutError:
            seen.append(f"too late at {clock.now:%H:%M}")
        clock.sleep(7200)
        seen.append(f"done at {clock.now:%H:%M}")

    clock.spawn(work, name="work")
    clock.run_until(minutes(600))
    assert seen == ["too late at 10:02", "done at 12:02"]


def test_children_end_with_their_parents_and_strangers_do_not(clock: Clock) -> None:
    seen: list[str] = []

    def nap(name: str) -> None:
        clock.sleep(600)
        seen.append(name)

    def child() -> None:
        clock.spawn(lambda: nap("grandchild"), name="grandchild", child=True)
        nap("child")

    def parent() -> None:
        clock.spawn(child, name="child", child=True)
        clock.spawn(lambda: nap("stranger"), name="stranger")
        clock.sleep(60)
        clock.end_children()
        seen.append("parent")

    clock.spawn(parent, name="parent")
    clock.run_until(minutes(60))
    assert seen == ["parent", "stranger"]
