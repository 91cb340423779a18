"""What Alembic runs: one connection, short lock waits, one migrator at a time."""

from __future__ import annotations

import asyncio
from typing import Final

import asyncpg
from alembic import context
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

from api.tables import metadata
from api.tasks import models as _tasks
from api.users import models as _users

LOCK: Final = 20_261_123
"""Key of the advisory lock that keeps two migrators apart; any number nobody else uses."""

RUN_S: Final = 1800.0
"""Half an hour for the whole run: far above any migration here, below a job's deadline."""

_MODELS = (_tasks, _users)  # imported so that `metadata` knows their tables


def _run(connection: Connection) -> None:
    # One that waits for a lock makes every later query wait behind it: better to give up and be run again.
    connection.execute(text("SET lock_timeout = '3s'"))
    connection.execute(text("SET timezone = 'UTC'"))
    connection.commit()
    context.configure(connection=connection, target_metadata=metadata, transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()


async def _acquire_lock(connection: AsyncConnection) -> None:
    """Asks for the lock again and again: one that waits inside a statement would hold up an index build."""
    while not await connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": LOCK}):
        await connection.commit()
        await asyncio.sleep(0.2)
    await connection.commit()


async def _migrate(database_url: str) -> None:
    scheme = database_url.partition("://")[0]
    if scheme not in {"postgresql", "postgres"}:
        raise ValueError(f"the database's address must begin with postgresql://, not {scheme}://")

    async def connect() -> asyncpg.Connection[asyncpg.Record]:
        # The address is read by whom the API reads it: SQLAlchemy knows neither sslmode nor sslrootcert.
        return await asyncpg.connect(database_url)

    engine = create_async_engine("postgresql+asyncpg://", async_creator=connect, poolclass=NullPool)
    async with asyncio.timeout(RUN_S), engine.connect() as connection:
        await _acquire_lock(connection)
        await connection.run_sync(_run)
    await engine.dispose()


asyncio.run(_migrate(context.config.attributes["database_url"]))
