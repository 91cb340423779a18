"""The PostgreSQL connections of one process: how they are made, kept, replaced after a rotation, and closed.

A released connection is not reset by a query of its own: nothing in this package leaves session state behind,
and `Database.transaction` always ends its transaction.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

import asyncpg

from api.checkout import Checkout
from api.database_errors import LOST, DatabaseUnavailableError

if TYPE_CHECKING:
    from api.breaker import Breaker
    from api.checkout import Pool
    from api.clock import Clock
    from api.settings import DatabaseSettings

FILL_AGAIN_S: Final = 10.0
"""After connections that could not be made; until a rotated password arrives here, none can."""


class ConnectionPool:
    """asyncpg's pool, and the settings that each of its connections is made with.

    Args:
        settings: address, size and time limits.
        clock: seconds that only go forward.
        name: what PostgreSQL's own views call these connections.
    """

    def __init__(self, settings: DatabaseSettings, *, clock: Clock, name: str) -> None:
        self._settings = settings
        self._name = name
        self._pool: Pool | None = None
        self._clock = clock
        self._fill_at = clock()

    @property
    def in_use(self) -> int:
        """Connections that a request holds at this moment."""
        return self._pool.get_size() - self._pool.get_idle_size() if self._pool else 0

    async def start(self) -> None:
        """Makes the pool; connections are opened when they are first needed, or by `fill`."""
        self._pool = await asyncpg.create_pool(
            self._settings.database_url.get_secret_value(),
            min_size=0,
            max_size=self._settings.pool_size,
            max_inactive_connection_lifetime=0,  # an idle one is as good as any, and may be the last: `fill`
            reset=_leave_as_it_is,
            **self._connect_options(),
        )

    async def rotate_to(self, url: str) -> None:
        """Connects by this address from now on, once it is proven; open connections are replaced in time.

        Raises:
            DatabaseUnavailableError: PostgreSQL did not take it; everything goes on as before.
        """
        try:
            trial = await asyncpg.connect(url, **self._connect_options())
        except (TimeoutError, asyncpg.PostgresError, *LOST) as error:
            raise DatabaseUnavailableError(f"PostgreSQL does not take it: {error!r}") from error
        except ValueError as error:  # its text would quote the address, and the password in it
            raise DatabaseUnavailableError("the address is none") from error
        trial.terminate()
        if self._pool is not None:
            self._pool.set_connect_args(url, **self._connect_options())
            await self._pool.expire_connections()
            await self._use_free(self._pool)

    async def fill(self) -> None:
        """Opens the connections that the pool may hold and does not yet, without waiting for those at work.

        From the moment at which PostgreSQL has a new password until it arrives here, no connection can be
        made; those that are open live on, so a full pool serves on as if nothing had happened.
        """
        pool = self._pool
        if pool is None or pool.get_size() == self._settings.pool_size or self._clock() < self._fill_at:
            return
        if not await self._use_free(pool):
            self._fill_at = self._clock() + FILL_AGAIN_S

    async def close(self) -> None:
        """Closes all connections, by force after two seconds."""
        if self._pool is None:
            return
        try:
            await asyncio.wait_for(self._pool.close(), 2.0)
        except TimeoutError:
            self._pool.terminate()

    def checkout(self, breaker: Breaker, *, own_cost: bool = False) -> Checkout | None:
        """Lends a connection, whose fate `breaker` is told; returns None before `start`."""
        if self._pool is None:
            return None
        return Checkout(self._pool, breaker, self._settings.pool_wait_s, own_cost=own_cost)

    async def _use_free(self, pool: Pool) -> bool:
        """Takes all that no request holds and gives it back, which opens what is closed or out of date."""

        async def use_one() -> None:
            connection = await pool.acquire(timeout=self._settings.connect_s)
            await asyncio.sleep(0)  # the others take theirs; one that is slow to open holds none of them back
            await pool.release(connection)

        free = self._settings.pool_size - self.in_use
        ended = await asyncio.gather(*(use_one() for _ in range(free)), return_exceptions=True)
        return not any(ended)

    def _connect_options(self) -> dict[str, Any]:
        milliseconds = str(int(self._settings.statement_s * 900))  # PostgreSQL gives up before we do
        return {
            "timeout": self._settings.connect_s,
            "command_timeout": self._settings.statement_s,
            "server_settings": {
                "application_name": self._name,
                "timezone": "UTC",  # the seed's columns carry no zone: CURRENT_TIMESTAMP must mean UTC
                "statement_timeout": milliseconds,
                "lock_timeout": milliseconds,
                "idle_in_transaction_session_timeout": "5000",
            },
        }


async def _leave_as_it_is(_connection: asyncpg.Connection[asyncpg.Record]) -> None:
    """Spares the query with which asyncpg resets a connection on every release."""
