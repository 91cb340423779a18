"""One connection to Redis for all requests: commands go out as they come, answers return in that order.

A pool lends a connection to one command at a time, and its locks, time limits and round trips cost eight
times as much (`bench/api_redis_wire.py`, docs/decisions). Here the oldest command under way is timed, and it
speaks for all: Redis answers in order, so if the oldest is late, so is everything behind it.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Any, Final

import hiredis

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

GRACE_S: Final = 0.01
"""A late look may be this process's own fault: one more turn of the loop reads what has arrived meanwhile."""


class Wire(asyncio.Protocol):
    """Takes over the transport of a redis-py connection that is open and has nothing under way.

    Args:
        connection: kept for as long as the transport, which it would close when it is collected.
        timeout_s: how long the oldest command may wait before the connection is given up.
        on_lost: called once when the connection is gone and nobody asked for that.
    """

    def __init__(self, connection: Any, *, timeout_s: float, on_lost: Callable[[], None]) -> None:
        self._connection = connection
        self._timeout_s = timeout_s
        self._on_lost = on_lost
        self._loop = asyncio.get_running_loop()
        self._reader = hiredis.Reader()
        self._waiting: deque[tuple[float, asyncio.Future[Any]]] = deque()
        self._watch: asyncio.TimerHandle | None = None
        self._open = True
        transport: asyncio.Transport = connection._writer.transport  # noqa: SLF001 - no public way to it
        self._transport = transport
        self._transport.set_protocol(self)

    def send(self, command: Sequence[Any]) -> asyncio.Future[Any]:
        """Sends a command; returns a future of the answer, a HiredisError among them.

        Raises:
            ConnectionError: later, in the future, if the connection is lost before the answer.
        """
        future: asyncio.Future[Any] = self._loop.create_future()
        if not self._open:
            future.set_exception(ConnectionError("the connection is closed"))
            return future
        self._waiting.append((self._loop.time(), future))
        self._transport.write(hiredis.pack_command(tuple(command)))
        if self._watch is None:
            self._watch = self._loop.call_later(self._timeout_s, self._check_oldest)
        return future

    def data_received(self, data: bytes) -> None:
        """Hands each complete answer to whoever waits longest."""
        self._reader.feed(data)
        while (answer := self._reader.gets()) is not False:
            _, future = self._waiting.popleft()
            if not future.done():
                future.set_result(answer)

    def connection_lost(self, error: Exception | None) -> None:
        """Fails every command that waits for its answer."""
        if self._open:
            self._end(f"lost: {error}")
            self._on_lost()
        # Nothing is left for redis-py to close.
        self._connection._writer = self._connection._reader = None  # noqa: SLF001 - no public way to it

    def abort(self, reason: str) -> None:
        """Abandons the connection at once."""
        if self._open:
            self._end(reason)
            self._on_lost()
            self._transport.abort()

    def close(self) -> None:
        """Closes the connection in order."""
        if self._open:
            self._end("closed by us")
            self._transport.close()

    def _end(self, reason: str) -> None:
        self._open = False
        if self._watch is not None:
            self._watch.cancel()
        waiting, self._waiting = self._waiting, deque()
        for _, future in waiting:
            if not future.done():
                future.set_exception(ConnectionError(reason))

    def _check_oldest(self) -> None:
        self._watch = None
        if not self._waiting:
            return
        since, oldest = self._waiting[0]
        left = self._timeout_s - (self._loop.time() - since)
        if left > 0:
            self._watch = self._loop.call_later(left, self._check_oldest)
        else:
            self._watch = self._loop.call_later(GRACE_S, self._give_up_on, oldest)

    def _give_up_on(self, oldest: asyncio.Future[Any]) -> None:
        if self._waiting and self._waiting[0][1] is oldest:
            self.abort(f"no answer in {self._timeout_s} s")
        else:
            self._check_oldest()
