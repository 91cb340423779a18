"""The exporter's role in the database: it reads statistics alone, and its password never reaches a log."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest

from api.monitoring_role import CONNECTIONS, ROLE, ensure, verifier

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from api import servers as real

FIRST, SECOND = "the-first-one-of-all", "quoted'and\\\\odd"


@pytest.fixture(autouse=True)
def _own_servers_only(servers: real.Pair) -> None:
    if servers.kind == "named":
        pytest.skip("These tests make a role on the server, and DATABASE_URL names one that is not theirs.")


@pytest.fixture
async def admin(database_url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(database_url)
    yield connection
    await connection.execute(f"DROP OWNED BY {ROLE}")
    await connection.execute(f"DROP ROLE {ROLE}")
    await connection.close()


async def signed_in(url: str, password: str) -> asyncpg.Connection:
    parts = urlsplit(url)
    address = urlunsplit(parts._replace(netloc=f"{parts.hostname}:{parts.port}"))
    return await asyncpg.connect(address, user=ROLE, password=password)


async def test_the_role_reads_what_others_run_and_no_row_of_theirs(
    admin: asyncpg.Connection, database_url: str
) -> None:
    await ensure(database_url, FIRST)
    watching = await signed_in(database_url, FIRST)
    queries = await watching.fetch("SELECT query FROM pg_stat_activity WHERE usename = 'postgres'")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await watching.fetch("SELECT * FROM users")
    await watching.close()

    assert queries
    assert all("insufficient privilege" not in row["query"] for row in queries)


async def test_a_second_run_gives_a_changed_password_and_keeps_everything_else(
    admin: asyncpg.Connection, database_url: str
) -> None:
    await ensure(database_url, FIRST)
    await ensure(database_url, SECOND)
    with pytest.raises(asyncpg.InvalidPasswordError):
        await signed_in(database_url, FIRST)
    await (await signed_in(database_url, SECOND)).close()
    limit = await admin.fetchval("SELECT rolconnlimit FROM pg_roles WHERE rolname = $1", ROLE)

    assert limit == CONNECTIONS


async def test_the_server_is_given_a_verifier_that_it_keeps_as_it_is(
    admin: asyncpg.Connection, database_url: str
) -> None:
    await ensure(database_url, FIRST)
    kept = await admin.fetchval("SELECT rolpassword FROM pg_authid WHERE rolname = $1", ROLE)

    assert kept.startswith("SCRAM-SHA-256$4096:")
    assert verifier(FIRST, b"0" * 16) == verifier(FIRST, b"0" * 16) != verifier(SECOND, b"0" * 16)


async def test_statements_are_counted_where_the_server_can(
    servers: real.Pair, admin: asyncpg.Connection, database_url: str
) -> None:
    counts = await ensure(database_url, FIRST)
    installed = await admin.fetchval("SELECT 1 FROM pg_extension WHERE extname = 'pg_stat_statements'")

    assert counts == bool(installed)
    assert counts == (servers.kind == "debian")  # the pip-installed server comes without it


async def test_the_job_says_what_it_did_and_what_is_missing(
    admin: asyncpg.Connection, database_url: str
) -> None:
    async def job(**settings: str) -> tuple[int, str]:
        environment = {"PATH": os.environ["PATH"], **settings}
        ran = await asyncio.to_thread(
            subprocess.run,
            [sys.executable, "-m", "api.monitoring_role"],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        return ran.returncode, ran.stdout + ran.stderr

    done = await job(DATABASE_URL=database_url, MONITORING_PASSWORD=FIRST)
    bare = await job(DATABASE_URL=database_url)
    gone = await job(DATABASE_URL="postgresql://a@127.0.0.1:1/x", MONITORING_PASSWORD=FIRST)

    assert done[0] == 0
    assert "may read statistics" in done[1]
    assert bare == (
        2,
        "DATABASE_URL and MONITORING_PASSWORD must be set: the server, and the role's password\n",
    )
    assert gone[0] == 1
    assert "could not be made" in gone[1]
    assert FIRST not in done[1] + gone[1]
