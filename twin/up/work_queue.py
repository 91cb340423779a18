"""Where threads that serve sockets leave work for the thread that has the baton, and wait for its answer.

Only who holds the baton may run the clock or call AWS (see `twin.clock`), so a request from a socket is
handed over whole and answered from there, one at a time.
"""

from __future__ import annotations

import queue
import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


class Closed(Exception):  # noqa: N818 - it says how the work_queue is
    """The twin stops and answers nothing any more."""


class WorkQueue:
    """A queue of work with answers."""

    def __init__(self) -> None:
        self._work: queue.SimpleQueue[tuple[Future[Any], Callable[[], Any]]] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._closed = False

    def call(self, work: Callable[[], T]) -> T:
        """Has `work` done by whoever serves, and waits for what it returns or raises.

        Raises:
            Closed: The work_queue closes before the work was done.
        """
        future: Future[T] = Future()
        with self._lock:
            if self._closed:
                raise Closed("The twin is stopping.")
            self._work.put((future, work))
        return future.result()

    def serve(self, patience: float) -> bool:
        """Waits up to `patience` real seconds for work and does it; returns whether there was some.

        An exception is the asker's. One that ends the serving thread (a crash, a Ctrl-C) reaches both.
        """
        try:
            future, work = self._work.get(timeout=patience) if patience > 0 else self._work.get_nowait()
        except queue.Empty:
            return False
        try:
            future.set_result(work())
        except Exception as error:  # noqa: BLE001 - handed to who asked
            future.set_exception(error)
        except BaseException as error:
            future.set_exception(Closed(f"The twin could not finish this: {error!r}"))
            raise
        return True

    def close(self) -> None:
        """Refuses what still waits and all that comes; a second call does nothing."""
        with self._lock:
            self._closed = True
        while True:
            try:
                future, _ = self._work.get_nowait()
            except queue.Empty:
                return
            future.set_exception(Closed("The twin is stopping."))
