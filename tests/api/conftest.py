"""Real servers for the API's tests: one PostgreSQL and one Redis for the session, a fresh database by module.

`DATABASE_URL` and `REDIS_URL` in the environment win. Otherwise the pip-installed pair runs ("embedded");
in CI, or with `TOBAN_TEST_SERVERS=embedded,debian`, all runs again on Debian's PostgreSQL 15 and Redis 7.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import asyncpg
import pytest
import redis

from api import servers as real

if TYPE_CHECKING:
    from collections.abc import Iterator

_TEMPLATE = "toban_template"
DEBIAN_PACKAGES = ("postgresql-15", "redis-server")
_numbers = itertools.count()


def _kinds() -> list[str]:
    if "DATABASE_URL" in os.environ and "REDIS_URL" in os.environ:
        return ["named"]
    chosen = os.environ.get("TOBAN_TEST_SERVERS")
    if chosen:
        return chosen.split(",")
    return ["embedded", "debian"] if os.environ.get("CI") == "true" else ["embedded"]


def binaries(kind: str) -> real.Binaries:
    """The programs of a kind; CI installs Debian's when the machine lacks them, a person is told."""
    if kind == "embedded":
        return real.embedded()
    try:
        return real.debian()
    except real.ServerMissingError as missing:
        if os.environ.get("CI") != "true":
            pytest.skip(f"TOBAN_TEST_SERVERS asks for Debian's servers. {missing}")
    if os.geteuid() != 0:
        pytest.fail(
            f"CI runs the tests on Debian's servers too, and only root can install them. {missing_text()}"
        )
    for arguments in (["update"], ["install", "--yes", "--no-install-recommends", *DEBIAN_PACKAGES]):
        done = subprocess.run(  # noqa: S603 - words of our own, no shell
            ["apt-get", *arguments],  # noqa: S607 - whichever apt-get the machine has
            check=False,
            capture_output=True,
            text=True,
            env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
        )
        if done.returncode:
            pytest.fail(f"apt-get {arguments[0]} failed. {missing_text()}\n{done.stderr[-1000:]}")
    return real.debian()


def missing_text() -> str:
    return (
        f"Once: apt-get install {' '.join(DEBIAN_PACKAGES)} (Debian 12), or set TOBAN_TEST_SERVERS=embedded."
    )


@pytest.fixture(scope="session")
def server_folder() -> Iterator[Path]:
    """A folder that an unprivileged server may walk through; pytest's own is closed to it."""
    with tempfile.TemporaryDirectory(prefix="toban-tests-") as name:
        Path(name).chmod(0o711)
        yield Path(name)


@pytest.fixture(scope="session", params=_kinds())
def servers(request: pytest.FixtureRequest, server_folder: Path) -> Iterator[real.Pair]:
    """The session's servers: every test below this fixture runs once for each kind."""
    if request.param == "named":
        yield real.Pair("named", os.environ["DATABASE_URL"], os.environ["REDIS_URL"])
        return
    with real.running(binaries(request.param), server_folder / request.param) as pair:
        yield pair


def _administer(url: str, *statements: str) -> None:
    async def run() -> None:
        connection = await asyncpg.connect(url)
        try:
            for statement in statements:
                await connection.execute(statement)
        finally:
            await connection.close()

    asyncio.run(run())


def _of_database(url: str, name: str) -> str:
    return url.rsplit("/", 1)[0] + "/" + name


@pytest.fixture(scope="session")
def empty_database_url(servers: real.Pair) -> Iterator[str]:
    """A database without a schema, for tests of the migrations themselves."""
    name = f"toban_empty_{next(_numbers)}"
    _administer(servers.admin_url, f"CREATE DATABASE {name}")
    yield _of_database(servers.admin_url, name)
    _administer(servers.admin_url, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def migrated_template(servers: real.Pair) -> Iterator[str]:
    """The name of a database at the newest revision, which `database_url` copies."""
    from api.migrations.run import upgrade  # noqa: PLC0415 - who needs no schema pays for no Alembic

    _administer(servers.admin_url, f"DROP DATABASE IF EXISTS {_TEMPLATE}", f"CREATE DATABASE {_TEMPLATE}")
    upgrade(_of_database(servers.admin_url, _TEMPLATE))
    yield _TEMPLATE
    _administer(servers.admin_url, f"DROP DATABASE {_TEMPLATE} WITH (FORCE)")


@pytest.fixture(scope="module")
def database_url(servers: real.Pair, migrated_template: str) -> Iterator[str]:
    """A database of the module's own, at the newest revision and without a row."""
    name = f"toban_test_{next(_numbers)}"
    _administer(servers.admin_url, f"CREATE DATABASE {name} TEMPLATE {migrated_template}")
    yield _of_database(servers.admin_url, name)
    _administer(servers.admin_url, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="module")
def redis_url(servers: real.Pair) -> str:
    """The session's Redis, emptied for the module."""
    with redis.Redis.from_url(servers.redis_url) as client:
        client.flushall()
    return servers.redis_url
