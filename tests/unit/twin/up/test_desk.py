"""Work from other threads is done by the one that serves, and nobody waits for ever."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from twin.up.desk import Closed, Desk


def test_work_is_done_on_the_serving_thread_and_its_answer_comes_back() -> None:
    desk = Desk()
    with ThreadPoolExecutor() as pool:
        answer = pool.submit(desk.ask, threading.get_ident)
        assert desk.serve(patience=10)
        assert answer.result() == threading.get_ident()
    assert not desk.serve(patience=0)


def test_an_error_is_the_askers() -> None:
    desk = Desk()
    with ThreadPoolExecutor() as pool:
        answer = pool.submit(desk.ask, lambda: {}["nothing"])
        assert desk.serve(patience=10)
        with pytest.raises(KeyError):
            answer.result()


def test_what_ends_the_serving_thread_leaves_nobody_waiting() -> None:
    def end() -> None:
        raise KeyboardInterrupt

    desk = Desk()
    with ThreadPoolExecutor() as pool:
        answer = pool.submit(desk.ask, end)
        with pytest.raises(KeyboardInterrupt):
            desk.serve(patience=10)
        with pytest.raises(Closed):
            answer.result()


def test_a_closed_desk_refuses_what_waits_and_what_comes() -> None:
    desk, asked = Desk(), threading.Event()

    def ask() -> None:
        asked.set()
        desk.ask(lambda: None)

    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(ask)
        asked.wait(10)
        desk.close()
        with pytest.raises(Closed):
            waiting.result(timeout=10)
    with pytest.raises(Closed):
        desk.ask(lambda: None)
