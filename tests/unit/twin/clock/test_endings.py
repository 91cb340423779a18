"""Tasks end where they wait: by interruption, deadline, parent or the clock's close."""

from __future__ import annotations

import datetime as dt
import threading
import time

from tests.unit.twin.clock.instants import START, minutes
from twin.clock import Clock
from twin.tasks import Waiter


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
