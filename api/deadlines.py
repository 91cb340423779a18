"""One timer for the deadlines of all requests: each may take as long as the others, so the oldest ends first.

A timer for each request, set and cancelled, costs several times as much.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import TracebackType


class Deadlines:
    """The deadlines of one event loop's requests, `seconds` for each; in another loop, it begins anew."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._ends: dict[Deadline, float] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._timer: asyncio.TimerHandle | None = None

    def begin(self, deadline: Deadline) -> None:
        """Watches a deadline from now on."""
        loop = asyncio.get_running_loop()
        if loop is not self._loop:
            self._loop, self._timer = loop, None
            self._ends.clear()
        self._ends[deadline] = end = loop.time() + self.seconds
        if self._timer is None:
            self._timer = loop.call_at(end, self._look, loop)

    def end(self, deadline: Deadline) -> None:
        """Watches a deadline no more."""
        self._ends.pop(deadline, None)

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        now, self._timer = loop.time(), None
        while self._ends:
            oldest, end = next(iter(self._ends.items()))
            if end > now:
                self._timer = loop.call_at(end, self._look, loop)
                return
            del self._ends[oldest]
            oldest.expire()


class Deadline:
    """The deadline of one request, as a context: its task is cancelled when it is late.

    Raises:
        TimeoutError: at the end, if it was late.
    """

    __slots__ = ("_among", "_asked", "_late", "_task")

    def __init__(self, among: Deadlines) -> None:
        self._among = among

    def __enter__(self) -> None:
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("a deadline belongs to a task")
        self._task, self._late = task, False
        self._asked = task.cancelling()
        self._among.begin(self)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._among.end(self)
        # As asyncio.timeout does: who else asked this task to end is still obeyed.
        if self._late and self._task.uncancel() <= self._asked and kind is asyncio.CancelledError:
            raise TimeoutError from error

    def expire(self) -> None:
        """Cancels the task."""
        self._late = True
        self._task.cancel()
