"""PostgreSQL, in which no wait is without an end.

asyncpg runs every statement; SQLAlchemy only writes them (`api.tasks.statements`). Held against SQLAlchemy's
own engine on the same rows this halves the time of a read, see docs/decisions.
"""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Self, TypeVar

import asyncpg

from api.breaker import Breaker
from api.clock import Clock, steady_clock
from api.connection_pool import ConnectionPool
from api.database_errors import DatabaseUnavailableError, DeadConnectionError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from api.checkout import Checkout, Connection
    from api.settings import DatabaseSettings

T = TypeVar("T")


class Database:
    """Statements and transactions over one pool, behind one circuit breaker.

    Attributes:
        pool: the connections, for those who watch over them.
        breaker: refuses for a second after as many failures in a row as the pool has connections.
    """

    def __init__(
        self, settings: DatabaseSettings, *, clock: Clock = steady_clock, name: str = "toban-api"
    ) -> None:
        self.pool = ConnectionPool(settings, clock=clock, name=name)
        self.breaker = Breaker(failures=settings.pool_size, rest_s=1.0, clock=clock)

    @classmethod
    async def open(cls, settings: DatabaseSettings) -> Self:
        """Makes the pool without waiting for PostgreSQL: a replica may start before its database."""
        database = cls(settings)
        await database.start()
        return database

    async def start(self) -> None:
        """Makes the pool; nothing is asked of PostgreSQL yet."""
        await self.pool.start()

    async def close(self) -> None:
        """Closes all connections, by force after two seconds."""
        await self.pool.close()

    async def fetch(self, sql: str, *args: Any) -> list[asyncpg.Record]:
        """Reads rows, once more on a new connection if the first turns out to be dead."""
        return await self._read(lambda con: con.fetch(sql, *args))

    async def fetch_costly(self, sql: str, *args: Any) -> list[asyncpg.Record]:
        """Reads rows by a statement whose cost is its caller's choice.

        Raises:
            CostlyStatementError: it took too long; that feeds no breaker.
        """
        return await self._read(lambda con: con.fetch(sql, *args), own_cost=True)

    async def fetchrow(self, sql: str, *args: Any) -> asyncpg.Record | None:
        """Reads one row or None, with the same second chance."""
        return await self._read(lambda con: con.fetchrow(sql, *args))

    async def write(self, sql: str, *args: Any) -> list[asyncpg.Record]:
        """Runs one writing statement in a transaction of its own; never twice."""
        async with self._connection() as con:
            return await con.fetch(sql, *args)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        """Holds a connection in a transaction: committed at the end, rolled back on any error."""
        async with self._connection() as con:
            await con.execute("BEGIN")
            try:
                yield con
            except TimeoutError:
                raise  # a ROLLBACK would wait for the same silence; the connection is about to be closed
            except Exception:
                if not con.is_closed():
                    await con.execute("ROLLBACK")
                raise
            await con.execute("COMMIT")

    async def probe(self) -> str | None:
        """Asks for the schema's revision, past the breaker; its answer closes or feeds it.

        Returns:
            None if the database has no history of migrations at all.
        """
        async with self._connection(trial=True) as con:
            try:
                revision: str | None = await con.fetchval("SELECT version_num FROM alembic_version")
            except asyncpg.UndefinedTableError:
                return None
            return revision

    async def _read(self, run: Callable[[Connection], Awaitable[T]], *, own_cost: bool = False) -> T:
        try:
            async with self._connection(own_cost=own_cost) as con:
                return await run(con)
        except DeadConnectionError:
            async with self._connection(own_cost=own_cost) as con:
                return await run(con)

    def _connection(self, *, trial: bool = False, own_cost: bool = False) -> Checkout:
        allowed = trial or self.breaker.allows()
        checkout = self.pool.checkout(self.breaker, own_cost=own_cost) if allowed else None
        if checkout is None:
            raise DatabaseUnavailableError("PostgreSQL has not answered lately")
        return checkout
