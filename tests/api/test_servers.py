"""The laptop's servers keep what they acknowledged, keep strangers out, and leave nothing behind."""

from __future__ import annotations

import asyncio
import os
import signal
import stat
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

import asyncpg
import psutil
import pytest
import redis

from api import servers as real

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def postgres(
    servers: real.Pair, server_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[real.Postgres]:
    if servers.postgres is None:
        pytest.skip("DATABASE_URL names a server that this test may not kill.")
    found = real.embedded() if servers.kind == "embedded" else real.debian()
    folder = server_folder / f"own-{servers.kind}-{tmp_path_factory.mktemp('n').name}"
    folder.mkdir(mode=0o711)
    server = real.Postgres(home=found.postgres_home, folder=folder, password="a-password-of-some-length")
    server.start()
    yield server
    server.stop()


def _fetch(url: str, *statements: str) -> object:
    async def run() -> object:
        connection = await asyncpg.connect(url)
        try:
            for statement in statements[:-1]:
                await connection.execute(statement)
            return await connection.fetchval(statements[-1])
        finally:
            await connection.close()

    return asyncio.run(run())


def test_an_acknowledged_row_survives_a_kill_and_a_restart_on_the_same_port(postgres: real.Postgres) -> None:
    port = postgres.port
    _fetch(postgres.url(), "CREATE TABLE kept (n int)", "INSERT INTO kept VALUES (1), (2) RETURNING 1")

    postgres.kill()
    postgres.start()

    assert postgres.port == port
    assert _fetch(postgres.url(), "SELECT count(*) FROM kept") == 2
    assert _fetch(postgres.url(), "SHOW fsync") == "on"


def test_servers_listen_on_loopback_alone_and_ask_for_the_password(servers: real.Pair) -> None:
    if servers.postgres is None:
        pytest.skip("DATABASE_URL names a server of somebody else.")
    for server in (servers.postgres, servers.redis):
        doors = {
            c.laddr.ip for c in psutil.Process(server.pid).net_connections("tcp") if c.status == "LISTEN"
        }
        assert doors == {"127.0.0.1"}
    with pytest.raises(asyncpg.InvalidPasswordError):
        _fetch(f"postgresql://postgres:wrong@127.0.0.1:{servers.postgres.port}/postgres", "SELECT 1")
    with (
        pytest.raises(redis.AuthenticationError),
        redis.Redis(port=servers.redis.port, retry=None) as stranger,
    ):
        stranger.ping()


def test_no_secret_stands_on_a_command_line_or_in_an_open_file(
    servers: real.Pair, server_folder: Path
) -> None:
    if servers.postgres is None:
        pytest.skip("DATABASE_URL names a server of somebody else.")
    for server in (servers.postgres, servers.redis):
        words = " ".join(psutil.Process(server.pid).cmdline())
        assert server.url().split(":")[2].split("@")[0] not in words
    for path in (server_folder / servers.kind).rglob("redis.conf"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_servers_never_run_as_root(servers: real.Pair) -> None:
    if servers.postgres is None:
        pytest.skip("DATABASE_URL names a server of somebody else.")
    assert all(
        psutil.Process(server.pid).uids().effective != 0 for server in (servers.postgres, servers.redis)
    )


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's parent-death signal is Linux's")
def test_a_killed_parent_leaves_no_server_behind(servers: real.Pair, server_folder: Path) -> None:
    if servers.redis is None:
        pytest.skip("REDIS_URL names a server of somebody else.")
    program = textwrap.dedent(f"""
        import sys
        from pathlib import Path
        from api import servers
        found = servers.{servers.kind}()
        folder = Path({str(server_folder)!r}) / "orphans-{servers.kind}"
        folder.mkdir(mode=0o711)
        one = servers.Redis(program=found.redis_server, folder=folder, password="a-password-of-some-length")
        one.start()
        print(one.pid, flush=True)
        sys.stdin.read()
    """)
    with subprocess.Popen(  # noqa: S603 - our own interpreter and program
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as parent:
        assert parent.stdout is not None
        orphan = psutil.Process(int(parent.stdout.readline()))
        os.kill(parent.pid, signal.SIGKILL)

    assert psutil.wait_procs([orphan], timeout=10)[1] == []


def test_a_server_that_cannot_start_says_why(server_folder: Path, servers: real.Pair) -> None:
    if servers.redis is None:
        pytest.skip("REDIS_URL names a server of somebody else.")
    folder = server_folder / f"taken-{servers.kind}"
    folder.mkdir(mode=0o711)
    found = real.embedded() if servers.kind == "embedded" else real.debian()
    taken = real.Redis(program=found.redis_server, folder=folder, password="x" * 20, port=servers.redis.port)

    with pytest.raises(real.ServerFailedError, match=r"(?i)address already in use"):
        taken.start()


def test_a_missing_program_is_named_with_its_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.servers.binaries._DEBIAN_REDIS", Path("/nonexistent/redis-server"))

    with pytest.raises(real.ServerMissingError, match=r"/nonexistent/redis-server .*apt-get install"):
        real.debian()
