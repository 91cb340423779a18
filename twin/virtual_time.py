"""A virtual now that jumps from one timer to the next, for the whole process."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from twin.errors import TaskError, TwinFault
from twin.timers import Timer, Timers
from twin.travel import Travel

if TYPE_CHECKING:
    from collections.abc import Callable


class VirtualTime:
    """The time and what is due at later times.

    Args:
        start: The first virtual time, aware.
        sleep: What `time.sleep` does while the time is virtual; see `Travel`.

    Raises:
        ValueError: `start` has no time zone.
        TwinFault: Another virtual time is open.
    """

    def __init__(self, start: datetime, sleep: Callable[[float, Callable[[float], None]], None]) -> None:
        if start.tzinfo is None:
            raise ValueError(f"A clock starts at an aware time; {start!r} names no zone.")
        self._now = start.astimezone(UTC)
        self.errors: list[TaskError] = []
        self._reported = 0
        self._rank = itertools.count()
        self._timers = Timers()
        self._travel = Travel(self._now, sleep)

    @property
    def now(self) -> datetime:
        """The virtual time, aware, in UTC."""
        return self._now

    def call_at(self, when: datetime, callback: Callable[[], None], *, name: str = "") -> Timer:
        """Calls `callback` once virtual time reaches `when`; a past time means at once.

        The callback must not wait (spawn a task for that). Its exception becomes the driver's TwinFault,
        under `name`.
        """
        return self._timers.add(max(when, self._now), next(self._rank), callback, name)

    def call_later(self, seconds: float, callback: Callable[[], None], *, name: str = "") -> Timer:
        """Calls `callback` after `seconds` of virtual time; see `call_at`."""
        return self.call_at(self._now + timedelta(seconds=seconds), callback, name=name)

    def _elapse(self) -> bool:
        """Lets time pass to the next timer and calls it back; returns False when there is none."""
        due = self._timers.pop()
        if due is None:
            return False
        timer, callback = due
        if timer.when > self._now:
            self._travel.advance(timer.when - self._now)
            self._now = timer.when
        try:
            callback()
        except Exception as error:  # noqa: BLE001 - reported to the driver, with its name
            self._failed(timer.name or "a timer", error)
        return True

    def _failed(self, name: str, error: BaseException) -> None:
        """Notes what left a task or a timer."""
        self.errors.append(TaskError(name, self._now, error))

    def _raise_new_errors(self) -> None:
        """Raises what was noted since the last call, as one TwinFault; does nothing when nothing was."""
        fresh, self._reported = self.errors[self._reported :], len(self.errors)
        if fresh:
            raise TwinFault("; ".join(str(error) for error in fresh)) from fresh[0].error
