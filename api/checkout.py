"""One PostgreSQL connection, lent by the pool for one statement or one transaction."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final, TypeAlias

import asyncpg

from api.database_errors import LOST, CostlyStatementError, DatabaseUnavailableError, DeadConnectionError

if TYPE_CHECKING:
    from api.breaker import Breaker

Connection: TypeAlias = "asyncpg.pool.PoolConnectionProxy[asyncpg.Record]"
Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"

RELEASE_S: Final = 0.25
"""A connection that cannot be handed back in this time is closed instead."""


class Checkout:
    """One connection, lent once; a class, because a generator costs twice as much.

    Args:
        pool: where it lies.
        breaker: is told how it went.
        wait_s: the longest wait for a free one, in seconds.
        own_cost: whether a statement that takes too long is its caller's doing, and no sign of an outage.
    """

    def __init__(self, pool: Pool, breaker: Breaker, wait_s: float, *, own_cost: bool = False) -> None:
        self._pool = pool
        self._breaker = breaker
        self._own_cost = own_cost
        # Where a connection lies idle nobody waits, so nobody needs a timer.
        self._wait_s = None if pool.get_idle_size() else wait_s

    async def __aenter__(self) -> Connection:
        try:
            self._con: Connection = await self._pool.acquire(timeout=self._wait_s)
        except (TimeoutError, *LOST) as error:
            self._breaker.failed()
            raise DatabaseUnavailableError(f"no connection to PostgreSQL: {error!r}") from error
        return self._con

    async def __aexit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        try:
            if error is None:
                self._breaker.succeeded()
            elif self._own_cost and isinstance(error, asyncpg.QueryCanceledError):
                raise CostlyStatementError("the statement took too long") from error
            elif isinstance(error, (TimeoutError, asyncpg.QueryCanceledError)):
                self._breaker.failed()
                self._con.terminate()
                raise DatabaseUnavailableError("PostgreSQL did not answer in time") from error
            elif isinstance(error, LOST):
                # A failover kills every pooled connection at once: none of the others is worth a try.
                await self._pool.expire_connections()
                raise DeadConnectionError(f"the connection to PostgreSQL broke: {error!r}") from error
        finally:
            # One that cannot be handed back is closed by the pool; the request has its answer already.
            with suppress(TimeoutError, *LOST):
                await self._pool.release(self._con, timeout=RELEASE_S)
