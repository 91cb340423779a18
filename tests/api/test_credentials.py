"""Secrets that change under a running API and worker: no restart, no refused request, no leap in the dark."""

from __future__ import annotations

import asyncio
import itertools
import json
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import httpx
import jwt
import pytest
import redis.asyncio

from api.servers.stack import Stack, programs
from api.settings import Settings, SettingsError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from api import servers as real
    from api.servers.program import Program

ANN = {"username": "ann", "password": "a-password-of-some-length"}
OLD, NEW = "k1:0f8b6d5c4a392817f6e5d4c3b2a19080", "k2:9a8b7c6d5e4f30211203f4e5d6c7b8a9"
SETTINGS = {
    "PASSWORD_MEMORY_KIB": "8",
    "IP_LIMIT": "1000000",
    "USER_LIMIT": "1000000",
    "CACHE_S": "0",
    "SECRETS_S": "0.2",
}
USER = "rotating"
_numbers = itertools.count()


class Mounted:
    """A Secret's folder as the kubelet writes it: each change in a new folder, and one link turned to it."""

    def __init__(self, folder: Path, **secrets: str) -> None:
        self.folder = folder
        self._secrets = secrets
        folder.mkdir()
        (folder / "..data").symlink_to(self._written())
        for name in secrets:
            (folder / name).symlink_to(Path("..data") / name)

    def change(self, **secrets: str) -> None:
        self._secrets |= secrets
        turned = self.folder / "..data_tmp"
        turned.symlink_to(self._written())
        turned.rename(self.folder / "..data")

    def _written(self) -> str:
        name = f"..{next(_numbers)}"
        (self.folder / name).mkdir()
        for secret, value in self._secrets.items():
            (self.folder / name / secret).write_text(value)
        return name


def signed_in_as(url: str, password: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=f"{USER}:{password}@{parts.hostname}:{parts.port}"))


@pytest.fixture
async def admin(database_url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(database_url)
    await connection.execute(f"CREATE ROLE {USER} LOGIN PASSWORD 'the-first-one'")
    await connection.execute(f"GRANT postgres TO {USER}")
    yield connection
    await connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1", USER
    )
    await connection.execute(f"DROP ROLE {USER}")
    await connection.close()


@pytest.fixture
async def cache(redis_url: str) -> AsyncIterator[redis.asyncio.Redis]:
    async with redis.asyncio.Redis.from_url(redis_url) as client:
        await client.execute_command("ACL", "SETUSER", USER, "on", ">the-first-one", "~*", "+@all")
        yield client
        await client.execute_command("ACL", "DELUSER", USER)


@pytest.fixture
def mounted(admin: object, cache: object, database_url: str, redis_url: str, server_folder: Path) -> Mounted:
    return Mounted(
        server_folder / f"secrets-{next(_numbers)}",
        DATABASE_URL=signed_in_as(database_url, "the-first-one"),
        REDIS_URL=signed_in_as(redis_url, "the-first-one"),
        JWT_KEYS=OLD,
    )


@pytest.fixture
def stack(mounted: Mounted, server_folder: Path) -> Iterator[Stack]:
    """The API and the worker as they ship, which know the servers from the folder alone."""
    folder = server_folder / mounted.folder.name.replace("secrets", "programs")
    folder.mkdir()
    nowhere = {"database_url": "postgresql://x@127.0.0.1:1/x", "redis_url": "redis://127.0.0.1:1/0"}
    running = programs(
        **nowhere,
        folder=folder,
        settings=SETTINGS | {"SECRETS_DIR": str(mounted.folder)},
    )
    try:
        running.worker.start()
        running.api.start()
        yield running
    finally:
        running.api.stop()
        running.worker.stop()


@pytest.fixture
async def user(stack: Stack) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=f"{stack.api.url}/api/v1", timeout=15) as client:
        await client.post("/auth/register", json=ANN | {"email": "ann@example.com"})
        client.headers["Authorization"] = f"Bearer {await token(client)}"
        yield client


async def token(client: httpx.AsyncClient) -> str:
    answer = await client.post("/auth/login", json=ANN)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["access_token"])


async def said(program: Program, event: str, name: str, times: int = 1) -> None:
    """Waits, within bounds, for a line of the program's log."""
    for _ in range(200):
        lines = [json.loads(line) for line in program.log.splitlines() if line.startswith("{")]
        if sum(event in line["event"] and line.get("name") == name for line in lines) >= times:
            return
        await asyncio.sleep(0.1)
    raise AssertionError(f"{program.module} never said {event!r} of {name}: {program.log[-2000:]}")


@asynccontextmanager
async def writing(user: httpx.AsyncClient) -> AsyncIterator[list[int]]:
    """Four clients that write without a pause while the context lasts; their statuses."""
    statuses: list[int] = []
    stop = asyncio.Event()

    async def write() -> None:
        while not stop.is_set():
            statuses.append((await user.post("/tasks", json={"title": "kept"})).status_code)

    clients = [asyncio.create_task(write()) for _ in range(4)]
    yield statuses
    stop.set()
    await asyncio.gather(*clients)


async def connections(admin: asyncpg.Connection) -> set[int]:
    found = await admin.fetch("SELECT pid FROM pg_stat_activity WHERE usename = $1", USER)
    return {row["pid"] for row in found}


async def test_a_rotated_database_password_is_taken_up_by_both_without_a_refused_request(
    admin: asyncpg.Connection, stack: Stack, mounted: Mounted, user: httpx.AsyncClient, database_url: str
) -> None:
    before = await connections(admin)
    async with writing(user) as statuses:
        await admin.execute(f"ALTER ROLE {USER} PASSWORD 'the-second-one'")
        mounted.change(DATABASE_URL=signed_in_as(database_url, "the-second-one"))
        for program in (stack.api, stack.worker):
            await said(program, "secret renewed", "DATABASE_URL")
        for _ in range(100):
            if not before & await connections(admin):
                break
            await asyncio.sleep(0.1)

    assert before
    assert not before & await connections(admin)  # nobody lives on a password that is no more
    assert set(statuses) == {201}


async def test_a_password_that_arrives_before_the_server_knows_it_changes_nothing_until_it_does(
    admin: asyncpg.Connection, stack: Stack, mounted: Mounted, user: httpx.AsyncClient, database_url: str
) -> None:
    async with writing(user) as statuses:
        mounted.change(DATABASE_URL=signed_in_as(database_url, "not-yet-known"))
        await said(stack.api, "secret not taken", "DATABASE_URL")
        assert (await user.get(f"{stack.api.url}/ready")).status_code == 200
        await admin.execute(f"ALTER ROLE {USER} PASSWORD 'not-yet-known'")
        await said(stack.api, "secret renewed", "DATABASE_URL")

    assert set(statuses) == {201}
    assert stack.api.log.count("secret not taken") == 1
    assert "not-yet-known" not in stack.api.log


async def test_between_a_rotation_and_its_arrival_a_new_connection_is_a_503_and_no_500(
    admin: asyncpg.Connection, stack: Stack, mounted: Mounted, user: httpx.AsyncClient, database_url: str
) -> None:
    await admin.execute(f"ALTER ROLE {USER} PASSWORD 'the-second-one'")
    await admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1", USER)
    statuses = {(await user.get("/tasks?limit=1")).status_code for _ in range(5)}
    mounted.change(DATABASE_URL=signed_in_as(database_url, "the-second-one"))
    await said(stack.api, "secret renewed", "DATABASE_URL")

    assert statuses == {503}
    for _ in range(100):
        answer = await user.get("/tasks?limit=1")
        if answer.status_code == 200:
            break
        await asyncio.sleep(0.1)
    assert answer.status_code == 200


async def test_a_rotated_password_of_redis_is_taken_up_while_both_are_good(
    cache: redis.asyncio.Redis, stack: Stack, mounted: Mounted, user: httpx.AsyncClient, redis_url: str
) -> None:
    async with writing(user) as statuses:
        await cache.execute_command("ACL", "SETUSER", USER, ">the-second-one")  # as ElastiCache's ROTATE
        mounted.change(REDIS_URL=signed_in_as(redis_url, "the-second-one"))
        await said(stack.api, "secret renewed", "REDIS_URL")
        await cache.execute_command("ACL", "SETUSER", USER, "<the-first-one")  # and its SET
        await token(user)
    ready = (await user.get(f"{stack.api.url}/ready")).json()

    assert set(statuses) == {201}
    assert ready["status"] == "ready"


async def test_a_new_signing_key_in_front_signs_nobody_out_and_a_key_taken_away_is_refused_at_once(
    stack: Stack, mounted: Mounted, user: httpx.AsyncClient
) -> None:
    mounted.change(JWT_KEYS=f"{NEW},{OLD}")
    await said(stack.api, "secret renewed", "JWT_KEYS")
    with_the_old = (await user.get("/users/me")).status_code
    fresh = await token(user)
    mounted.change(JWT_KEYS=NEW)
    await said(stack.api, "secret renewed", "JWT_KEYS", times=2)
    after = (await user.get("/users/me")).status_code
    user.headers["Authorization"] = f"Bearer {fresh}"

    assert with_the_old == 200
    assert jwt.get_unverified_header(fresh)["kid"] == "k2"
    assert after == 401
    assert (await user.get("/users/me")).status_code == 200


async def test_a_new_value_that_anybody_could_guess_is_not_taken_and_not_repeated_in_the_log(
    stack: Stack, mounted: Mounted, user: httpx.AsyncClient
) -> None:
    mounted.change(JWT_KEYS="k3:changeme")
    await said(stack.api, "secret not taken", "SECRETS_DIR")

    assert (await user.get("/users/me")).status_code == 200
    assert "changeme" not in stack.api.log


async def test_an_address_that_is_none_is_not_taken_and_not_repeated_in_the_log(
    stack: Stack, mounted: Mounted, user: httpx.AsyncClient
) -> None:
    mounted.change(DATABASE_URL="postgresql://a:pa/ss@h:5432/x", REDIS_URL="redis://:pa/ss@h:1/0")
    for name in ("DATABASE_URL", "REDIS_URL"):
        await said(stack.api, "secret not taken", name)
    mounted.change(JWT_KEYS=NEW)
    await said(stack.api, "secret renewed", "JWT_KEYS")

    assert "pa/ss" not in stack.api.log
    assert (await user.get(f"{stack.api.url}/ready")).status_code == 200


def test_a_mounted_file_wins_over_a_variable_and_a_vanished_one_changes_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name, value in {
        "DATABASE_URL": "postgresql://a/x",
        "REDIS_URL": "redis://a",
        "JWT_KEYS": OLD,
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("SECRETS_DIR", str(tmp_path))
    (tmp_path / "DATABASE_URL").write_text("postgresql://b/x\n")
    first = Settings.from_environment()
    (tmp_path / "DATABASE_URL").unlink()
    (tmp_path / "REDIS_URL").write_text("redis://c")
    second = first.reloaded()

    assert first.database_url.get_secret_value() == "postgresql://b/x"
    assert second.database_url == first.database_url
    assert second.redis_url.get_secret_value() == "redis://c"


def test_a_folder_without_the_secrets_is_refused_at_the_start_by_the_variables_names(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SECRETS_DIR", str(tmp_path / "nowhere"))
    for name in ("DATABASE_URL", "REDIS_URL", "JWT_KEYS"):
        monkeypatch.delenv(name, raising=False)

    with pytest.raises(SettingsError, match=r"DATABASE_URL.*REDIS_URL.*JWT_KEYS"):
        Settings.from_environment()


def test_what_is_no_secret_stays_as_the_process_began_with_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    begun = Settings.model_validate(
        {"database_url": "postgresql://a/x", "redis_url": "redis://a", "jwt_keys": OLD, "pool_size": 3}
        | {"secrets_dir": tmp_path}
    )
    monkeypatch.setenv("POOL_SIZE", "9")
    (tmp_path / "POOL_SIZE").write_text("7")

    assert begun.reloaded() == begun


@pytest.fixture(autouse=True)
def _own_servers_only(servers: real.Pair) -> None:
    if servers.kind == "named":
        pytest.skip("These tests make roles on the server, and DATABASE_URL names one that is not theirs.")
