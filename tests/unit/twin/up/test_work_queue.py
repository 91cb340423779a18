"""Work from other threads is done by the one that serves, and nobody waits for ever."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from twin.up.work_queue import Closed, WorkQueue


def test_work_is_done_on_the_serving_thread_and_its_answer_comes_back() -> None:
    work_queue = WorkQueue()
    with ThreadPoolExecutor() as pool:
        answer = pool.submit(work_queue.call, threading.get_ident)
        assert work_queue.serve(patience=10)
        assert answer.result() == threading.get_ident()
    assert not work_queue.serve(patience=0)


def test_an_error_is_the_askers() -> None:
    work_queue = WorkQueue()
    with ThreadPoolExecutor() as pool:
        answer = pool.submit(work_queue.call, lambda: {}["nothing"])
        assert work_queue.serve(patience=10)
        with pytest.raises(KeyError):
            answer.result()


def test_what_ends_the_serving_thread_leaves_nobody_waiting() -> None:
    def end() -> None:
        raise KeyboardInterrupt

    work_queue = WorkQueue()
    with ThreadPoolExecutor() as pool:
        answer = pool.submit(work_queue.call, end)
        with pytest.raises(KeyboardInterrupt):
            work_queue.serve(patience=10)
        with pytest.raises(Closed):
            answer.result()


def test_a_closed_queue_refuses_what_waits_and_what_comes() -> None:
    work_queue, asked = WorkQueue(), threading.Event()

    def ask() -> None:
        asked.set()
        work_queue.call(lambda: None)

    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(ask)
        asked.wait(10)
        work_queue.close()
        with pytest.raises(Closed):
            waiting.result(timeout=10)
    with pytest.raises(Closed):
        work_queue.call(lambda: None)
