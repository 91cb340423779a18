"""Redis behind a short time limit: what it cannot say in time, the API does without.

The breaker answers for a Redis that is gone, and the caller decides what being without it means. Nothing is
retried here: a retry would hold a request for longer than its answer is worth.
"""

from __future__ import annotations

import asyncio
import hashlib
from typing import TYPE_CHECKING, Any, Final

import hiredis
from redis.exceptions import RedisError

from api.breaker import Breaker
from api.clock import Clock, steady_clock
from api.redis_handshake import connect, factory_of
from api.redis_wire import Wire

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

FAILURES: Final = 2
"""A connection that is lost, and then a new one that cannot be made."""


class RedisUnavailableError(Exception):
    """Redis did not answer in time or at all."""


class Script:
    """A Lua script and the digest under which Redis knows it."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.sha = hashlib.sha1(source.encode(), usedforsecurity=False).hexdigest()


class RedisLink:
    """One connection for the whole process, and the circuit breaker in front of it.

    Args:
        url: `redis://user:password@host:port/0`, or `rediss://` for TLS.
        timeout_s: how long an answer may take.
        on_failure: called for each lost and each failed connection, for a counter.
        clock: seconds that only go forward.
    """

    def __init__(
        self,
        url: str,
        *,
        timeout_s: float,
        on_failure: Callable[[], None] = lambda: None,
        clock: Clock = steady_clock,
    ) -> None:
        self._timeout_s = timeout_s
        self._on_failure = on_failure
        self._factory = factory_of(url)
        self._wire: Wire | None = None
        self._opening: asyncio.Task[Wire] | None = None
        self.breaker = Breaker(failures=FAILURES, rest_s=1.0, clock=clock)

    async def call(self, *command: Any) -> Any:
        """Runs one command and returns its answer.

        Raises:
            RedisUnavailableError: if there is no answer in time, or none was asked for because there was none
            lately.
        """
        if not self.breaker.allows():
            raise RedisUnavailableError("Redis has not answered lately")
        return await self._ask(command)

    async def run(self, script: Script, keys: Sequence[Any], arguments: Sequence[Any]) -> Any:
        """Runs a script, sending its text only when Redis does not know it."""
        if not self.breaker.allows():
            raise RedisUnavailableError("Redis has not answered lately")
        try:
            return await self._ask(("EVALSHA", script.sha, len(keys), *keys, *arguments))
        except _NoScriptError:
            return await self._ask(("EVAL", script.source, len(keys), *keys, *arguments))

    async def probe(self) -> None:
        """Asks for a sign of life, past the breaker; the answer closes or feeds it."""
        await self._ask(("PING",))

    async def rotate_to(self, url: str) -> None:
        """Talks by this address from now on, once a connection stands; the old one ends with its last answer.

        Raises:
            RedisUnavailableError: Redis did not take it; everything goes on as before.
        """
        try:
            factory = factory_of(url)
            connection = await connect(factory)
        except (RedisError, OSError, TimeoutError) as error:
            raise RedisUnavailableError(f"Redis does not take it: {error!r}") from error
        except ValueError as error:  # its text would quote the address, and the password in it
            raise RedisUnavailableError("the address is none") from error
        before, self._factory = self._wire, factory
        self._use(connection)
        if before is not None:
            # By then the last command under way has its answer, or has been given up.
            asyncio.get_running_loop().call_later(2 * self._timeout_s, before.close)

    async def close(self) -> None:
        """Closes the connection."""
        if self._opening is not None:
            self._opening.cancel()
        if self._wire is not None:
            self._wire.close()
        await self._factory.disconnect()

    async def _ask(self, command: Sequence[Any]) -> Any:
        wire = self._wire or await self._connected()
        try:
            answer = await wire.send(command)
        except ConnectionError as error:
            raise RedisUnavailableError(f"no answer from Redis: {error}") from error
        if isinstance(answer, hiredis.HiredisError):
            if str(answer).startswith("NOSCRIPT"):
                raise _NoScriptError(str(answer))
            if str(answer).startswith(("READONLY", "LOADING", "MASTERDOWN")):
                wire.abort("it is no primary, or not yet")  # after a failover the same name leads to another
            raise RedisUnavailableError(f"Redis refused: {answer}")
        self.breaker.succeeded()
        return answer

    async def _connected(self) -> Wire:
        if self._opening is None:
            self._opening = asyncio.create_task(self._open())
            self._opening.add_done_callback(self._opened)
        try:
            return await asyncio.shield(self._opening)
        except (RedisError, OSError, TimeoutError) as error:
            raise RedisUnavailableError(f"no connection to Redis: {error!r}") from error

    async def _open(self) -> Wire:
        factory = self._factory
        try:
            connection = await connect(factory)
        except BaseException:
            self._failed()
            raise
        if factory is not self._factory and self._wire is not None:
            await connection.disconnect(nowait=True)  # another address was taken meanwhile
            return self._wire
        return self._use(connection)

    def _use(self, connection: Any) -> Wire:
        self._wire = wire = Wire(connection, timeout_s=self._timeout_s, on_lost=lambda: self._lost(wire))
        return wire

    def _opened(self, task: asyncio.Task[Wire]) -> None:
        self._opening = None
        if not task.cancelled():
            task.exception()  # read, so that nobody is told of an error that all who waited have seen

    def _lost(self, wire: Wire) -> None:
        if self._wire is wire:
            self._wire = None
            self._failed()

    def _failed(self) -> None:
        self.breaker.failed()
        self._on_failure()


class _NoScriptError(Exception):
    """Redis does not know the script: it was restarted, or has never heard of it."""
