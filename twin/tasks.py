"""Tasks, what they wait with and what interrupts them, and the real threads that carry them."""

from __future__ import annotations

import _thread
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Interrupted(BaseException):
    """Raised where a task waits, past every `except Exception`; a task that it leaves ends in peace."""


class Cancelled(Interrupted):
    """Nobody needs the task any more, or the clock closes."""


class Waiter:
    """One wait of one task. `value` is None until it is woken (True) or timed out (False)."""

    __slots__ = ("task", "value")

    def __init__(self) -> None:
        self.task: Task | None = None
        self.value: bool | None = None


class Worker:
    """A real thread that carries one task after another, and stands still without the baton.

    Args:
        serve: The thread's body; None for the driver, who brings a thread of his own.
    """

    def __init__(self, serve: Callable[[Worker], None] | None) -> None:
        # A bare lock, held while the thread has to stand still: handing it over costs microseconds.
        self._gate = _thread.allocate_lock()
        self._gate.acquire()
        self.task: Task | None = None
        self.thread: threading.Thread | None = None
        if serve is not None:
            self.thread = threading.Thread(target=serve, args=(self,), name="twin", daemon=True)
            self.thread.start()

    def pause(self) -> None:
        """Stands still until somebody calls `resume`."""
        self._gate.acquire()

    def resume(self) -> None:
        """Lets the thread go on."""
        self._gate.release()


class Task:
    """Blocking code that runs when it has the baton."""

    __slots__ = (
        *("done", "interruption", "joiners", "name", "parent", "scopes"),
        *("waits_with", "work", "worker"),
    )

    def __init__(self, name: str, work: Callable[[], None], parent: Task | None = None) -> None:
        self.name = name
        self.work = work
        self.parent = parent
        self.done = False
        self.interruption: Interrupted | None = None
        self.worker: Worker | None = None
        self.joiners: list[Waiter] = []
        self.scopes: list[tuple[Callable[[], None], Callable[[], None]]] = []
        self.waits_with: Waiter | None = None

    def raise_interruption(self) -> None:
        """Raises what interrupted the task, once; does nothing when nothing did."""
        if self.interruption is not None:
            error, self.interruption = self.interruption, None
            raise error
