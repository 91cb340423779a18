"""One pool of PostgreSQL connections, in which no wait is without an end.

asyncpg runs every statement; SQLAlchemy only writes them (`api.statements`). Held against SQLAlchemy's own
engine on the same rows this halves the time of a read, see docs/decisions. A released connection is not reset
by a query of its own: nothing in this package leaves session state behind, and `transaction` always ends its
transaction.
"""

import asyncio
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any, Self, TypeAlias, TypeVar

import asyncpg

from api.breaker import Breaker
from api.clock import Clock, steady_clock
from api.settings import DatabaseSettings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    Connection: TypeAlias = "asyncpg.pool.PoolConnectionProxy[asyncpg.Record]"
    Pool: TypeAlias = asyncpg.Pool[asyncpg.Record]

T = TypeVar("T")

RELEASE_S = 0.25
"""A connection that cannot be handed back in this time is closed instead."""

FILL_AGAIN_S = 10.0
"""After connections that could not be made; until a rotated password arrives here, none can."""

_LOST = (
    OSError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # one that PostgreSQL ended a moment ago, which does not know it yet
    asyncpg.PostgresConnectionError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.CannotConnectNowError,
    asyncpg.TooManyConnectionsError,
    asyncpg.InvalidAuthorizationSpecificationError,  # a rotated password, until the new one has arrived here
    asyncpg.ReadOnlySQLTransactionError,  # the old primary after a failover: reconnecting finds the new one
)


class DatabaseUnavailableError(Exception):
    """PostgreSQL did not answer in time or at all; nothing is known about an unfinished write."""


class _DeadConnectionError(DatabaseUnavailableError):
    """The connection broke while it was lent out."""


class Database:
    """The pool, its time limits and its circuit breaker."""

    def __init__(
        self, settings: DatabaseSettings, *, clock: Clock = steady_clock, name: str = "toban-api"
    ) -> None:
        self._settings = settings
        self._name = name
        self._pool: Pool | None = None
        self._clock = clock
        self._fill_at = clock()
        self.breaker = Breaker(failures=settings.pool_size, rest_s=1.0, clock=clock)

    @classmethod
    async def open(cls, settings: DatabaseSettings) -> Self:
        """Will make the pool without waiting for PostgreSQL: a replica may start before its database."""
        database = cls(settings)
        await database.start()
        return database

    async def start(self) -> None:
        """Will make the pool; connections are opened when they are first needed, or by `fill`."""
        self._pool = await asyncpg.create_pool(
            self._settings.database_url.get_secret_value(),
            min_size=0,
            max_size=self._settings.pool_size,
            max_inactive_connection_lifetime=0,  # an idle one is as good as any, and may be the last one: `fill`
            reset=_leave_as_it_is,
            **self._each_connection(),
        )

    async def take(self, url: str) -> None:
        """Will connect by this address from now on, once it is proven; open connections are replaced as they come back.

        Raises:
            DatabaseUnavailableError: PostgreSQL did not take it; everything goes on as before.
        """
        try:
            trial = await asyncpg.connect(url, **self._each_connection())
        except (TimeoutError, asyncpg.PostgresError, *_LOST) as error:
            raise DatabaseUnavailableError(f"PostgreSQL does not take it: {error!r}") from error
        except ValueError as error:  # its text would quote the address, and the password in it
            raise DatabaseUnavailableError("the address is none") from error
        trial.terminate()
        if self._pool is not None:
            self._pool.set_connect_args(url, **self._each_connection())
            await self._pool.expire_connections()
            await self._use_free(self._pool)

    async def fill(self) -> None:
        """Will open the connections that the pool may hold and does not yet, without waiting for those at work.

        From the moment at which PostgreSQL has a new password until it arrives here no connection can be made; those
        that are open live on, so a full pool serves on as if nothing had happened.
        """
        pool = self._pool
        if pool is None or pool.get_size() == self._settings.pool_size or self._clock() < self._fill_at:
            return
        if not await self._use_free(pool):
            self._fill_at = self._clock() + FILL_AGAIN_S

    async def _use_free(self, pool: "Pool") -> bool:
        """Takes all that no request holds at once and gives it back, which opens what is closed or out of date."""

        async def use_one() -> None:
            connection = await pool.acquire(timeout=self._settings.connect_s)
            await asyncio.sleep(0)  # the others take theirs; one that is slow to open holds none of them back
            await pool.release(connection)

        free = self._settings.pool_size - self.in_use
        ended = await asyncio.gather(*(use_one() for _ in range(free)), return_exceptions=True)
        return not any(ended)

    def _each_connection(self) -> dict[str, Any]:
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

    async def close(self) -> None:
        """Will close all connections, by force after two seconds."""
        if self._pool is None:
            return
        try:
            await asyncio.wait_for(self._pool.close(), 2.0)
        except TimeoutError:
            self._pool.terminate()

    @property
    def in_use(self) -> int:
        """Connections that a request holds at this moment."""
        return self._pool.get_size() - self._pool.get_idle_size() if self._pool else 0

    async def fetch(self, sql: str, *args: Any) -> list[asyncpg.Record]:
        """Will read rows, once more on a new connection if the first turns out to be dead."""
        return await self._read(lambda con: con.fetch(sql, *args))

    async def fetchrow(self, sql: str, *args: Any) -> asyncpg.Record | None:
        """Will read one row or None, with the same second chance."""
        return await self._read(lambda con: con.fetchrow(sql, *args))

    async def write(self, sql: str, *args: Any) -> list[asyncpg.Record]:
        """Will run one writing statement in a transaction of its own; never twice."""
        async with self._connection() as con:
            return await con.fetch(sql, *args)

    @asynccontextmanager
    async def transaction(self) -> "AsyncIterator[Connection]":
        """Will hold a connection in a transaction: committed at the end, rolled back on any error."""
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
        """Will ask for the schema's revision, past the breaker; its answer closes or feeds it.

        Returns:
            None if the database has no history of migrations at all.
        """
        async with self._connection(trial=True) as con:
            try:
                revision: str | None = await con.fetchval("SELECT version_num FROM alembic_version")
            except asyncpg.UndefinedTableError:
                return None
            return revision

    async def _read(self, run: "Callable[[Connection], Awaitable[T]]") -> T:
        try:
            async with self._connection() as con:
                return await run(con)
        except _DeadConnectionError:
            async with self._connection() as con:
                return await run(con)

    def _connection(self, *, trial: bool = False) -> "_Lease":
        """Will lend a connection and translate what PostgreSQL and the network do to it."""
        if self._pool is None or not (trial or self.breaker.allows()):
            raise DatabaseUnavailableError("PostgreSQL has not answered lately")
        return _Lease(self._pool, self.breaker, self._settings.pool_wait_s)


class _Lease:
    """One connection, lent for one statement or one transaction; a class, because a generator costs twice as much."""

    def __init__(self, pool: "Pool", breaker: Breaker, wait_s: float) -> None:
        self._pool = pool
        self._breaker = breaker
        # Where a connection lies idle nobody waits, so nobody needs a timer.
        self._wait_s = None if pool.get_idle_size() else wait_s

    async def __aenter__(self) -> "Connection":
        try:
            self._con: Connection = await self._pool.acquire(timeout=self._wait_s)
        except (TimeoutError, *_LOST) as error:
            self._breaker.failed()
            raise DatabaseUnavailableError(f"no connection to PostgreSQL: {error!r}") from error
        return self._con

    async def __aexit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        try:
            if error is None:
                self._breaker.succeeded()
            elif isinstance(error, (TimeoutError, asyncpg.QueryCanceledError)):
                self._breaker.failed()
                self._con.terminate()
                raise DatabaseUnavailableError("PostgreSQL did not answer in time") from error
            elif isinstance(error, _LOST):
                # A failover kills every pooled connection at once: none of the others is worth a try.
                await self._pool.expire_connections()
                raise _DeadConnectionError(f"the connection to PostgreSQL broke: {error!r}") from error
        finally:
            # A connection that cannot be handed back is closed by the pool; the request has its answer already.
            with suppress(TimeoutError, *_LOST):
                await self._pool.release(self._con, timeout=RELEASE_S)


async def _leave_as_it_is(_connection: "asyncpg.Connection[asyncpg.Record]") -> None:
    """Will spare the query with which asyncpg resets a connection on every release."""
