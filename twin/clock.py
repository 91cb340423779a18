"""Virtual time for a whole process, and a baton: of all tasks, exactly one runs at any moment.

A task is ordinary blocking code on a real thread. When it waits, its thread chooses who runs next: the oldest
task that is ready, or else the earliest timer, to whose time the clock jumps. Nothing depends on the
operating system's scheduler, so two runs of the same twin are the same run. Ties fall to whoever asked first.

Timers' callbacks run between the tasks and spawn a task to wait; threads without a baton may not wait either.
"""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

from twin.baton import Baton
from twin.errors import TwinFault
from twin.tasks import Cancelled, Interrupted, Task, Waiter
from twin.virtual_time import VirtualTime

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

_LAST = 1 << 62
"""The rank of the driver's own timer: at equal times everything else goes first."""


class Clock(VirtualTime):
    """The twin's time.

    Opening a clock moves `datetime` and `time` of the whole process; `close` gives them back. One clock can
    be open at a time. `time.sleep` of a running task becomes `sleep`; other threads sleep for real.

    Args:
        start: The first virtual time, aware.

    Raises:
        ValueError: `start` has no time zone.
        TwinFault: Another clock is open.
    """

    def __init__(self, start: datetime) -> None:
        self._baton = Baton(self._elapse, self._failed)
        self._closing = False
        super().__init__(start, self._sleep_of_process)  # last, for other threads may sleep from here on

    @property
    def running(self) -> Task | None:
        """The task that has the baton, or None in a timer's callback."""
        return self._baton.current

    def spawn(self, work: Callable[[], None], *, name: str, child: bool = False) -> Task:
        """Runs `work` as a task of its own, after those that are ready already.

        An exception that leaves `work` is kept in `errors` and raised by the driver's `run_until`. A `child`
        can be ended by the running task; see `end_children`.
        """
        if self._closing:
            raise Cancelled(f"The clock is closed; {name!r} cannot start.")
        task = Task(name, work, self._baton.running() if child else None)
        self._baton.tasks[task] = None
        self._baton.ready.append(task)
        return task

    def interrupt(self, task: Task, error: Interrupted | None = None) -> None:
        """Raises `error` in a task where it waits (None: cancel it); a finished task stays finished."""
        self._baton.interrupt(task, error or Cancelled(f"{task.name} was cancelled."))

    def end_children(self) -> None:
        """Cancels the children of the running task, and theirs."""
        self._baton.end_children(self._baton.running())

    @contextmanager
    def deadline(self, seconds: float) -> Iterator[None]:
        """Raises TimeoutError out of whatever the running task waits for, after `seconds`."""
        task, passed = self._baton.running(), Interrupted(f"{seconds} s passed.")
        timer = self.call_later(seconds, lambda: self.interrupt(task, passed))
        try:
            yield
        except Interrupted as error:
            if error is not passed:
                raise
            raise TimeoutError(str(passed)) from None
        finally:
            timer.cancel()
            if task.interruption is passed:
                task.interruption = None

    def sleep(self, seconds: float) -> None:
        """Puts the running task to sleep for `seconds` of virtual time; the driver runs the clock on."""
        self.wait_for(Waiter(), seconds)

    def wait_for(self, waiter: Waiter, timeout: float | None = None) -> bool:
        """Waits until `wake(waiter)`, or for `timeout` virtual seconds (None: for ever).

        Returns:
            Whether it was woken, rather than timed out.

        Raises:
            TwinFault: A timer's callback, or a thread without the baton, tried to wait; or the driver waits
                for something that nothing can bring about any more.
        """
        deadline = None if timeout is None else self._now + timedelta(seconds=max(timeout, 0))
        return self._wait(waiter, deadline, next(self._rank))

    def wake(self, waiter: Waiter, *, value: bool = True) -> None:
        """Makes the task that waits with `waiter` ready, once; later calls do nothing."""
        self._baton.wake(waiter, value=value)

    @contextmanager
    def scope(self, enter: Callable[[], None], leave: Callable[[], None]) -> Iterator[None]:
        """Holds process-wide state for the running task alone.

        `leave` is called whenever the task gives up the baton and `enter` when it has it again, so that the
        others never see, say, a function's environment variables.
        """
        task = self._baton.running()
        enter()
        task.scopes.append((enter, leave))
        try:
            yield
        finally:
            task.scopes.pop()
            leave()

    # The driver

    def run_until(self, when: datetime) -> None:
        """Runs everything that is due up to and including `when`, and returns at `when`.

        Raises:
            TwinFault: A task or a timer failed; its error is the cause and is kept in `errors`. The clock
                stands where that happened and can be run on.
        """
        if self._baton.running() is not self._baton.driver:
            raise TwinFault("Only the driver runs the clock; a task sleeps.")
        if when < self._now:
            raise ValueError(f"The clock is at {self._now} and does not run back to {when}.")
        self._wait(Waiter(), when, _LAST + next(self._rank))

    def close(self) -> None:
        """Ends every task and thread and gives the process its real time back."""
        if self._closing:
            return
        self._closing = True
        self._timers.clear()
        try:
            self._baton.end_all()
        finally:
            self._travel.close()

    def _wait(self, waiter: Waiter, deadline: datetime | None, rank: int) -> bool:
        if self._closing:
            raise Cancelled("The clock is closed.")
        task = self._baton.running()
        task.raise_interruption()
        if waiter.value is not None:
            return waiter.value
        waiter.task = task
        task.waits_with = waiter
        timer = None
        if deadline is not None:
            timer = self._timers.add(deadline, rank, lambda: self.wake(waiter, value=False), "")
        for _, leave in reversed(task.scopes):
            leave()
        try:
            self._baton.hand_over(task)
        finally:
            for enter, _ in task.scopes:
                enter()
            if timer is not None:
                timer.cancel()
            task.waits_with = None
        if self._closing:
            raise Cancelled("The clock is closing.")
        task.raise_interruption()
        if task is self._baton.driver:
            self._raise_faults(waiter)
        return bool(waiter.value)

    def _sleep_of_process(self, seconds: float, real_sleep: Callable[[float], None]) -> None:
        task = self._baton.current
        if task is not None and task is not self._baton.driver and self._baton.carries(task):
            self.sleep(seconds)
        else:
            real_sleep(seconds)

    def _failed(self, name: str, error: BaseException) -> None:
        super()._failed(name, error)
        if self._baton.driver.waits_with is not None:
            self.wake(self._baton.driver.waits_with, value=False)

    def _raise_faults(self, waiter: Waiter) -> None:
        self._raise_new_errors()
        if waiter.value is None:
            waiting = ", ".join(task.name for task in self._baton.tasks) or "no task"
            raise TwinFault(f"Deadlock at {self._now}: nothing is scheduled any more; waiting: {waiting}.")
