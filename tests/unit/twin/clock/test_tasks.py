"""Tasks take turns, sleep and wait in virtual time, and two runs are the same run."""

from __future__ import annotations

import datetime as dt
import threading
import time

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.twin.clock.instants import START, minutes
from twin.clock import Clock
from twin.tasks import Waiter


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
