"""The two servers that the task manager needs, together: up in order, down in the other order."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import asyncpg

from api.servers.files import kept_secret
from api.servers.postgres import Postgres
from api.servers.redis import Redis

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from api.servers.binaries import Binaries

DATABASE = "taskmanager"
"""The production database's name."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A running PostgreSQL and Redis.

    Attributes:
        kind: "embedded", "debian", or "named" when somebody else runs them.
        admin_url: a database whose user may create databases.
        redis_url: the cache.
        postgres: the server that we started, or None when somebody else runs it.
        redis: the server that we started, or None when somebody else runs it.
    """

    kind: str
    admin_url: str
    redis_url: str
    postgres: Postgres | None = None
    redis: Redis | None = None


@contextmanager
def running(programs: Binaries, folder: Path) -> Iterator[Pair]:
    """Runs both servers below `folder`, with a password of its own, while the context lasts.

    Raises:
        ServerFailedError: one of them did not start; neither is left running.
    """
    folder.mkdir(mode=0o711, parents=True, exist_ok=True)
    postgres = Postgres(home=programs.postgres_home, folder=folder, password=kept_secret(folder / "password"))
    redis = Redis(program=programs.redis_server, folder=folder, password=kept_secret(folder / "password"))
    try:
        postgres.start()
        redis.start()
        asyncio.run(_create_database(postgres.url()))
        yield Pair(programs.kind, postgres.url(DATABASE), redis.url(), postgres, redis)
    finally:
        redis.stop()
        postgres.stop()


async def _create_database(admin_url: str) -> None:
    connection = await asyncpg.connect(admin_url)
    try:
        if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", DATABASE):
            await connection.execute(f"CREATE DATABASE {DATABASE}")
    finally:
        await connection.close()
