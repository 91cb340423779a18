"""Callbacks in the order they are due; ties in the order of their rank."""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime


_SWEEP_ABOVE = 256
"""Cancelled timers stay in the heap until there are this many, and more of them than living ones."""


class Timer:
    """A callback that is due at `when`."""

    __slots__ = ("_cancelled", "callback", "name", "when")

    def __init__(
        self, when: datetime, callback: Callable[[], None], name: str, cancelled: Callable[[], None]
    ) -> None:
        self.when = when
        self.callback: Callable[[], None] | None = callback
        self.name = name
        self._cancelled = cancelled

    def cancel(self) -> None:
        """Keeps the callback from being called; too late or a second time, it does nothing."""
        if self.callback is not None:
            self.callback = None
            self._cancelled()


class Timers:
    """A heap of timers."""

    def __init__(self) -> None:
        self._heap: list[tuple[datetime, int, Timer]] = []
        self._cancelled = 0

    def add(self, when: datetime, rank: int, callback: Callable[[], None], name: str) -> Timer:
        """Keeps `callback` until `when`; `rank` has to be unlike every other's."""
        timer = Timer(when, callback, name, self._count_cancelled)
        heapq.heappush(self._heap, (when, rank, timer))
        return timer

    def pop(self) -> tuple[Timer, Callable[[], None]] | None:
        """Returns the next timer with its callback; None when there is none."""
        while self._heap:
            timer = heapq.heappop(self._heap)[2]
            callback, timer.callback = timer.callback, None
            if callback is not None:
                return timer, callback
            self._cancelled -= 1
        return None

    def clear(self) -> None:
        """Forgets all of them."""
        self._heap.clear()

    def _count_cancelled(self) -> None:
        self._cancelled += 1
        if self._cancelled > _SWEEP_ABOVE and self._cancelled * 2 > len(self._heap):
            # In place: another thread may be about to push.
            self._heap[:] = [entry for entry in self._heap if entry[2].callback is not None]
            heapq.heapify(self._heap)
            self._cancelled = 0
