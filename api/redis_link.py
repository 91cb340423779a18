"""Redis behind a short time limit: what it cannot say in time, the API does without.

redis-py's own retries are off. They would hold a request for seconds; here the breaker answers for a Redis
that is gone, and the caller decides what being without it means.
"""

import asyncio
import hashlib
from typing import Any

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import NoScriptError, RedisError

from api.breaker import Breaker
from api.clock import Clock, steady_clock


class RedisUnavailableError(Exception):
    """Redis did not answer in time or at all."""


class Script:
    """A Lua script and the digest under which Redis knows it."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.sha = hashlib.sha1(source.encode(), usedforsecurity=False).hexdigest()


class RedisLink:
    """A pool of connections and the circuit breaker in front of it."""

    def __init__(self, url: str, *, timeout_s: float, clock: Clock = steady_clock) -> None:
        self._timeout_s = timeout_s
        self._pool: BlockingConnectionPool = BlockingConnectionPool.from_url(
            url,
            max_connections=32,
            timeout=timeout_s,
            socket_connect_timeout=timeout_s,
            retry=Retry(NoBackoff(), 0),
            protocol=2,
        )
        self._client = Redis(connection_pool=self._pool)
        self.breaker = Breaker(failures=3, rest_s=1.0, clock=clock)

    async def call(self, *command: Any) -> Any:
        """Will run one command.

        Raises:
            RedisUnavailableError: if there is no answer in time, or none was asked for because there was none
            lately.
        """
        if not self.breaker.allows():
            raise RedisUnavailableError("Redis has not answered lately")
        try:
            async with asyncio.timeout(self._timeout_s):
                answer = await self._client.execute_command(*command)  # type: ignore[no-untyped-call] # redis-py's gap
        except NoScriptError:
            raise
        except (RedisError, OSError, TimeoutError) as error:
            self.breaker.failed()
            raise RedisUnavailableError(f"no answer from Redis: {error!r}") from error
        self.breaker.succeeded()
        return answer

    async def run(self, script: Script, keys: list[Any], arguments: list[Any]) -> Any:
        """Will run a script, sending its text only when Redis does not know it."""
        try:
            return await self.call("EVALSHA", script.sha, len(keys), *keys, *arguments)
        except NoScriptError:
            return await self.call("EVAL", script.source, len(keys), *keys, *arguments)

    async def close(self) -> None:
        """Will close all connections."""
        await self._client.aclose()
        await self._pool.disconnect()
