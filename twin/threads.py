"""`threading` and `time` for code that was written for real threads and is to run on the virtual clock."""

from __future__ import annotations

import threading
from collections import deque
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Self

from twin.tasks import Waiter

if TYPE_CHECKING:
    from collections.abc import Callable

    from twin.clock import Clock
    from twin.tasks import Task


class _Waiters:
    """Tasks that wait for one thing, the longest waiting first."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._waiting: deque[Waiter] = deque()

    def wait(self, timeout: float | None = None) -> bool:
        waiter = Waiter()
        self._waiting.append(waiter)
        try:
            return self._clock.wait_for(waiter, timeout)
        finally:
            if waiter in self._waiting:
                self._waiting.remove(waiter)

    def wake(self, count: int | None = None) -> None:
        for _ in range(len(self._waiting) if count is None else min(count, len(self._waiting))):
            self._clock.wake(self._waiting.popleft())


class _Event:
    def __init__(self, clock: Clock) -> None:
        self._waiters = _Waiters(clock)
        self._is_set = False

    def is_set(self) -> bool:
        return self._is_set

    def set(self) -> None:
        self._is_set = True
        self._waiters.wake()

    def clear(self) -> None:
        self._is_set = False

    def wait(self, timeout: float | None = None) -> bool:
        # Like the real one, woken counts even when somebody has cleared the event since.
        return self._is_set or self._waiters.wait(timeout)


class _Lock:
    """A lock, re-entrant when asked for; free of waiting unless a holder waits for something else."""

    def __init__(self, clock: Clock, *, reentrant: bool) -> None:
        self._clock = clock
        self._waiters = _Waiters(clock)
        self._reentrant = reentrant
        self._owner: Task | None = None
        self._depth = 0

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:  # noqa: FBT001, FBT002 - as threading has it
        me = self._clock.running
        while self._depth and not (self._reentrant and self._owner is me):
            if not blocking or not self._waiters.wait(None if timeout < 0 else timeout):
                return False
        self._owner = me
        self._depth += 1
        return True

    def release(self) -> None:
        self._depth -= 1
        if not self._depth:
            self._owner = None
            self._waiters.wake(1)

    def __enter__(self) -> Self:
        self.acquire()
        return self

    def __exit__(self, *_: object) -> None:
        self.release()


class _Condition:
    """A condition over a lock of its own; only what `acquire`, `wait` and `notify` need."""

    def __init__(self, clock: Clock) -> None:
        self._lock = _Lock(clock, reentrant=True)
        self._waiters = _Waiters(clock)
        self.acquire, self.release = self._lock.acquire, self._lock.release

    def wait(self, timeout: float | None = None) -> bool:
        self.release()
        try:
            return self._waiters.wait(timeout)
        finally:
            self.acquire()

    def notify(self, count: int = 1) -> None:
        self._waiters.wake(count)

    def notify_all(self) -> None:
        self._waiters.wake()

    def __enter__(self) -> Self:
        self.acquire()
        return self

    def __exit__(self, *_: object) -> None:
        self.release()


class _Thread:
    """A task of the clock, a child of the one that starts it."""

    native_id = ident = 0

    def __init__(
        self,
        clock: Clock,
        target: Callable[..., object] | None = None,
        name: str | None = None,
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
        *,
        daemon: bool | None = None,
    ) -> None:
        self._clock = clock
        self._target = target
        self.name = name or "thread"
        self._args = args
        self._kwargs = kwargs or {}
        self.daemon = daemon
        self.task: Task | None = None

    def run(self) -> None:
        if self._target is not None:
            self._target(*self._args, **self._kwargs)

    def start(self) -> None:
        self.task = self._clock.spawn(self.run, name=self.name, child=True)

    def is_alive(self) -> bool:
        return self.task is not None and not self.task.done

    def join(self, timeout: float | None = None) -> None:
        if self.task is not None and not self.task.done:
            waiter = Waiter()
            self.task.joiners.append(waiter)
            self._clock.wait_for(waiter, timeout)


def virtual_threading(clock: Clock) -> SimpleNamespace:
    """Returns what stands in for the module `threading`: threads are tasks and wait in virtual time.

    Only what moto's interpreter uses; anything else is missing rather than wrong.
    """

    def thread(**kwargs: Any) -> _Thread:
        return _Thread(clock, **kwargs)

    return SimpleNamespace(
        Thread=thread,
        Event=lambda: _Event(clock),
        Lock=lambda: _Lock(clock, reentrant=False),
        RLock=lambda: _Lock(clock, reentrant=True),
        Condition=lambda: _Condition(clock),
        current_thread=threading.current_thread,
    )


def virtual_time(clock: Clock) -> SimpleNamespace:
    """Returns what stands in for the module `time`."""

    def now() -> float:
        return clock.now.timestamp()

    return SimpleNamespace(
        time=now,
        monotonic=now,
        sleep=clock.sleep,
    )
