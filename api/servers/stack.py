"""The whole task manager on one machine: migrated database, API and worker."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

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
) -> Stack:
    """Returns the API and the worker, prepared but not started.

    Args:
        database_url: PostgreSQL.
        redis_url: Redis.
        folder: logs and secrets.
        port: the API's; None takes a free one.
        settings: variables that win over ours.
        page: the built task page, served on the API's address; None serves the API alone.
    """
    database = {"DATABASE_URL": database_url}
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
            settings=database | dict(settings),
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
    stack = programs(
        database_url=pair.admin_url,
        redis_url=pair.redis_url,
        folder=folder,
        port=port,
        settings={},
        page=page,
    )
    with ExitStack() as started:
        tell("migrating the database")
        upgrade(pair.admin_url)
        for name, program in (("worker", stack.worker), ("API", stack.api)):
            tell(f"starting the {name}")
            started.callback(program.stop)
            program.start()
        yield stack
