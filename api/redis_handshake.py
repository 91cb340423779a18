"""Makes a connection to Redis: redis-py reads the address and shakes hands, `api.redis_wire` takes over."""

from __future__ import annotations

import asyncio
from typing import Any, Final

from redis.asyncio import ConnectionPool
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

CONNECT_S: Final = 0.5
"""A connection takes several round trips, with TLS on top; it is waited for once, not for each command."""


def factory_of(url: str) -> ConnectionPool:
    """Returns what makes connections by this address: TLS, password and database are in it.

    Raises:
        ValueError: the address is none; the text may quote it, and the password in it.
    """
    return ConnectionPool.from_url(
        url,
        socket_connect_timeout=CONNECT_S,
        socket_timeout=CONNECT_S,
        retry=Retry(NoBackoff(), 0),
        protocol=2,
    )


async def connect(factory: ConnectionPool) -> Any:
    """Returns an open connection of redis-py, with nothing under way.

    Raises:
        RedisError, OSError, TimeoutError: Redis did not take it, or not within `CONNECT_S`.
    """
    connection: Any = factory.make_connection()  # type: ignore[no-untyped-call] # redis-py's own gap
    try:
        async with asyncio.timeout(CONNECT_S):
            await connection.connect()
    except BaseException:
        await connection.disconnect(nowait=True)
        raise
    return connection
