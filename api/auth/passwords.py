"""argon2id on few threads with a short queue: a flood of sign-ins may slow sign-ins, and nothing else.

A hash costs 19 MiB and tens of milliseconds of a core. Two at a time, at a lower priority than the event
loop; a few may wait; everybody else is told to come again, and not at once: whoever sends the next guess when
the last one is answered would otherwise take the event loop's time with refusals alone.
"""

from __future__ import annotations

import asyncio
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from api.errors import unavailable

if TYPE_CHECKING:
    from collections.abc import Callable

    from api.settings import Settings

T = TypeVar("T")
MAX_DELAYED: Final = 200
"""Refused callers who wait for their answer; below the requests that one process answers at the same time."""


class Passwords:
    """Hashes and verifies passwords."""

    def __init__(self, settings: Settings) -> None:
        self._hasher = PasswordHasher(time_cost=2, memory_cost=settings.password_memory_kib, parallelism=1)
        self._capacity = settings.password_slots + settings.password_queue
        self._in_flight = 0
        self._delayed = 0
        self._delay_s = settings.login_hold_s
        self._executor = ThreadPoolExecutor(settings.password_slots, "password", initializer=_lower_priority)
        self._decoy = ""

    async def hash(self, password: str) -> str:
        """Returns the text that is stored instead of the password."""
        return await self._run(lambda: self._hasher.hash(password))

    async def verify(self, stored: str | None, password: str) -> bool:
        """Returns whether they fit; without a hash False, after the same time, so that time tells nothing."""
        return await self._run(lambda: self._compare(stored, password))

    def is_outdated(self, stored: str) -> bool:
        """Whether the hash was made with other costs than today's."""
        return self._hasher.check_needs_rehash(stored)

    def close(self) -> None:
        """Ends the threads without waiting for a hash that nobody waits for any more."""
        self._executor.shutdown(wait=False, cancel_futures=True)

    def _compare(self, stored: str | None, password: str) -> bool:
        if stored is None and not self._decoy:
            self._decoy = self._hasher.hash("nobody's")
        try:
            self._hasher.verify(stored or self._decoy, password)
        except (VerificationError, InvalidHashError):
            return False
        return stored is not None

    async def delay_refusal(self) -> None:
        """Makes a caller wait who is about to be refused, if not too many wait already."""
        if self._delayed >= MAX_DELAYED:
            return
        self._delayed += 1
        try:
            await asyncio.sleep(self._delay_s)
        finally:
            self._delayed -= 1

    async def _run(self, work: Callable[[], T]) -> T:
        if self._in_flight >= self._capacity:
            await self.delay_refusal()
        if self._in_flight >= self._capacity:
            raise unavailable("Too many people are signing in at this moment.")
        self._in_flight += 1
        done = self._executor.submit(work)
        # The slot is free when the thread is, not when a caller lost patience.
        loop = asyncio.get_running_loop()
        done.add_done_callback(lambda _: loop.call_soon_threadsafe(self._release))
        return await asyncio.wrap_future(done)

    def _release(self) -> None:
        self._in_flight -= 1


def _lower_priority() -> None:
    """Lowers the priority of this thread; on Linux a thread has one of its own."""
    os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 10)
