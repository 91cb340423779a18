"""The whole task manager on one machine: migrated database, API and worker."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from api.migrations import roles
from api.migrations.run import upgrade
from api.servers.files import kept_secret
from api.servers.program import Program

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from api.servers.pair import Pair


@dataclass(frozen=True, slots=True)
class Stack:
    """The running programs."""

    api: Program
    worker: Program


def programs(
    *,
    database_url: str,
    redis_url: str,
    folder: Path,
    port: int | None = None,
    settings: Mapping[str, str],
    page: Path | None = None,
    worker_url: str | None = None,
) -> Stack:
    """Returns the API and the worker, prepared but not started.

    Args:
        database_url: PostgreSQL.
        redis_url: Redis.
        folder: logs and secrets.
        port: the API's; None takes a free one.
        settings: variables that win over ours.
        page: the built task page, served on the API's address; None serves the API alone.
        worker_url: PostgreSQL as the worker signs in; None signs it in as the API.
    """
    database = {"DATABASE_URL": database_url}
    worker = {"DATABASE_URL": worker_url or database_url}
    keys = f"laptop:{kept_secret(folder / 'jwt-key')}"
    api = {"REDIS_URL": redis_url, "JWT_KEYS": keys, "DRAIN_S": "0"}
    if page is not None:
        api["PAGE_DIR"] = str(page)
    return Stack(
        Program(
            "api" if page is None else "api.servers.page",
            folder=folder,
            settings=database | api | dict(settings),
            port_variable="PORT",
            probe="/ready",
            port=port,
        ),
        Program(
            "api.worker",
            folder=folder,
            settings=worker | dict(settings),
            port_variable="WORKER_PORT",
            probe="/health",
        ),
    )


@contextmanager
def task_manager(
    pair: Pair, *, folder: Path, port: int, tell: Callable[[str], None], page: Path | None = None
) -> Iterator[Stack]:
    """Migrates the database, then runs the API and the worker while the context lasts.

    Args:
        pair: the servers.
        folder: logs and secrets of this run.
        port: where the API listens on loopback.
        tell: takes a line of progress.
        page: the built task page; None serves the API alone.

    Raises:
        ServerFailedError: one of them did not start; what had started is stopped.
    """
    with ExitStack() as started:
        tell("migrating the database")
        upgrade(pair.admin_url)
        api_url, worker_url = _as_roles(pair, folder)
        stack = programs(
            database_url=api_url,
            worker_url=worker_url,
            redis_url=pair.redis_url,
            folder=folder,
            port=port,
            settings={},
            page=page,
        )
        for name, program in (("worker", stack.worker), ("API", stack.api)):
            tell(f"starting the {name}")
            started.callback(program.stop)
            program.start()
        yield stack


def _as_roles(pair: Pair, folder: Path) -> tuple[str, str]:
    """Returns the addresses of the API's and the worker's own roles, made on servers of ours alone."""
    if pair.postgres is None:
        return pair.admin_url, pair.admin_url
    passwords = {role: kept_secret(folder / f"{role}-password") for role in (roles.API, roles.WORKER)}
    asyncio.run(roles.ensure(pair.admin_url, passwords))
    host = pair.admin_url.rpartition("@")[2]
    api, worker = (f"postgresql://{role}:{password}@{host}" for role, password in passwords.items())
    return api, worker
