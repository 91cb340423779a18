"""One process, one virtual now: `datetime` and `time` tell everybody the clock's time while it is open.

time-machine replaces the wall clock alone. `time.monotonic` and the timeouts of sockets, locks and queues
stay real, so that HTTP servers on real threads keep working beside the virtual time.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import time_machine

from twin.errors import TwinFault

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime, timedelta


_open: list[Travel] = []


class Travel:
    """Moves the whole process to a virtual time, until it is closed.

    Args:
        start: The first virtual time, aware, in UTC. The process's local zone becomes UTC too, as in Lambda.
        sleep: What `time.sleep` will do while the travel lasts; it is given the real one to fall back on,
            because a thread that serves sockets has to sleep for real.

    Raises:
        TwinFault: Another travel is open: two virtual times in one process would be a lie.
    """

    def __init__(self, start: datetime, sleep: Callable[[float, Callable[[float], None]], None]) -> None:
        if _open:
            raise TwinFault("Another virtual clock is open in this process: close it first.")
        real_sleep = time.sleep  # noqa: TID251 - kept, to give it back
        self._real_sleep = real_sleep
        self._machine = time_machine.travel(start, tick=False)
        self._traveller = self._machine.start()
        time.sleep = lambda seconds: sleep(float(seconds), real_sleep)  # noqa: TID251 - the twin owns the time
        _open.append(self)

    def advance(self, step: timedelta) -> None:
        """Moves every clock of the process on by `step`."""
        self._traveller.shift(step)

    def close(self) -> None:
        """Gives the process its real time back; a second call does nothing."""
        if self in _open:
            _open.remove(self)
            time.sleep = self._real_sleep  # noqa: TID251 - given back
            self._machine.stop()
