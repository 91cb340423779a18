"""Who takes over the API or the worker has that process's rights in the database, and not its owner's."""

from __future__ import annotations

import asyncio
import ssl
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

import asyncpg
import pytest

from api.database import Database
from api.database_errors import DatabaseUnavailableError
from api.main import create_app
from api.migrations import roles
from api.migrations.run import upgrade
from api.settings import DatabaseSettings
from api.worker.runner import Worker
from api.worker.settings import WorkerSettings
from tests.api.releases.journey import DUE, _a_persons_day
from tests.api.routes.conftest import serving, sign_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from api import servers as real
    from api.settings import Settings

PASSWORDS = {role: f"{role}-otter-kettle" for role in roles.GRANTS}


def as_role(url: str, role: str) -> str:
    parts = urlsplit(url)
    return parts._replace(netloc=f"{role}:{PASSWORDS[role]}@{parts.hostname}:{parts.port}").geturl()


@pytest.fixture(scope="module")
def with_roles(servers: real.Pair, database_url: str) -> Iterator[str]:
    if servers.kind == "named":
        pytest.skip("These tests make roles on the server, and DATABASE_URL names one that is not theirs.")
    asyncio.run(roles.ensure(database_url, PASSWORDS))
    yield database_url

    async def drop() -> None:
        connection = await asyncpg.connect(database_url)
        for role in roles.GRANTS:
            await connection.execute(f"DROP OWNED BY {role}")
            await connection.execute(f"DROP ROLE {role}")
        await connection.close()

    asyncio.run(drop())


class Said(NamedTuple):
    """What a day of the API and the worker says to PostgreSQL, by role."""

    by: dict[str, list[tuple[str, tuple[Any, ...]]]]
    left: list[str]


@pytest.fixture
async def said(
    settings_for: Callable[..., Settings], with_roles: str, monkeypatch: pytest.MonkeyPatch
) -> Said:
    """A day, each process as its own role."""
    heard: dict[str, dict[str, tuple[Any, ...]]] = {role: {} for role in roles.GRANTS}
    real_pool = asyncpg.create_pool

    def listening(*args: Any, **named: Any) -> Any:
        role = urlsplit(args[0]).username or ""

        async def listen(connection: Any) -> None:
            connection.add_query_logger(lambda record: heard[role].setdefault(record.query, record.args))

        return real_pool(*args, **named, init=listen)

    monkeypatch.setattr(asyncpg, "create_pool", listening)
    app = create_app(settings_for(database_url=as_role(with_roles, roles.API), pool_size=2, cache_s=0))
    async with serving(app) as client:
        ready = await client.get("/ready")
        assert ready.status_code == 200, ready.text
        ann = await sign_in(client)
        await _a_persons_day(ann)
        await ann.make(title="due", due_date=DUE.isoformat())
        words = {"current_password": "correct horse battery", "new_password": "another otter kettle"}
        changed = await ann.ask("POST", "/api/v1/users/me/password", json=words)
        assert changed.status_code == 204, changed.text
        assert len((await ann.ask("GET", "/api/v1/tasks")).json()["items"]) == 3
    patient = {"pool_wait_s": 10, "connect_s": 10, "statement_s": 10}
    settings = WorkerSettings(database_url=as_role(with_roles, roles.WORKER), **patient)
    database = await Database.open(settings)
    try:
        worker = Worker(database, settings, "w")
        await worker.write_heartbeat(now=DUE)
        while await worker.run_batch(now=DUE):
            pass
        await worker.observe(now=DUE)
    finally:
        await database.close()
    owner = await asyncpg.connect(with_roles)
    errors = await owner.fetch("SELECT last_error FROM jobs WHERE state <> 'done'")
    await owner.close()
    return Said({role: list(found.items()) for role, found in heard.items()}, [row[0] for row in errors])


async def test_no_right_of_theirs_is_too_many_and_none_too_few(said: Said, with_roles: str) -> None:
    """Taken away alone, each right is missed by a statement that is said every day."""
    unused = []
    owner = await asyncpg.connect(with_roles)
    for role, grants in roles.GRANTS.items():
        assert len(said.by[role]) > 10
        for grant in grants:
            whole = owner.transaction()
            await whole.start()
            await owner.execute(f"REVOKE {grant.sql} FROM {role}")
            await owner.execute(f"SET LOCAL ROLE {role}")
            if not await _missed(owner, said.by[role]):
                unused.append((role, grant.sql))
            await whole.rollback()
    await owner.close()

    assert said.left == []
    assert unused == []


async def _missed(connection: asyncpg.Connection[Any], statements: list[tuple[str, tuple[Any, ...]]]) -> bool:
    for sql, arguments in statements:
        if sql.split()[0] in {"BEGIN", "COMMIT", "ROLLBACK"}:
            continue
        step = connection.transaction()
        await step.start()
        try:
            await connection.fetch(sql, *arguments)
        except asyncpg.InsufficientPrivilegeError:
            return True
        except asyncpg.PostgresError:
            pass
        finally:
            await step.rollback()
    return False


FOR_NOBODY = (
    "DROP TABLE tasks",
    "CREATE TABLE mine (x INTEGER)",
    "ALTER TABLE users ADD COLUMN x INTEGER",
    "TRUNCATE tasks CASCADE",
    "UPDATE alembic_version SET version_num = '0001'",
    "DELETE FROM users",
    "UPDATE users SET username = 'x'",
    "SELECT rolpassword FROM pg_authid",
    "CREATE ROLE mine SUPERUSER",
    "SET ROLE postgres",
    "SELECT pg_ls_dir('.')",
    "SELECT pg_read_file('PG_VERSION')",
    "CREATE SCHEMA mine",
    "CREATE FUNCTION count_task_version() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    "ALTER TABLE tasks DISABLE TRIGGER ALL",
)
FOR_ONE = {
    roles.API: (
        "DELETE FROM jobs",
        "SELECT * FROM reminders",
        "INSERT INTO heartbeats (source) VALUES ('x')",
    ),
    roles.WORKER: (
        "SELECT password_hash FROM users",
        "SELECT description FROM tasks",
        "UPDATE tasks SET title = 'x'",
        "DELETE FROM tasks",
        "INSERT INTO users (username, email, password_hash) VALUES ('x', 'x', 'x')",
        "SELECT response FROM idempotency_keys",
        "SELECT * FROM alembic_version",
    ),
}


@pytest.mark.parametrize("role", roles.GRANTS)
async def test_a_stolen_role_can_neither_own_nor_read_what_is_not_its_work(
    with_roles: str, role: str
) -> None:
    thief = await asyncpg.connect(as_role(with_roles, role))
    refused = []
    for statement in (*FOR_NOBODY, *FOR_ONE[role]):
        try:
            await thief.execute(statement)
        except asyncpg.PostgresError as error:
            refused.append(type(error))
    await thief.close()

    assert refused == [asyncpg.InsufficientPrivilegeError] * len((*FOR_NOBODY, *FOR_ONE[role]))


class Authority:
    """A certificate authority, and one certificate of it for `localhost` alone."""

    def __init__(self, folder: Path) -> None:
        self.root, self.key, self.certificate = (
            folder / name for name in ("root.pem", "key.pem", "cert.pem")
        )
        root_key, request, names = (folder / name for name in ("root-key.pem", "request.pem", "names"))
        names.write_text("subjectAltName=DNS:localhost\n")
        new = ["req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
        _openssl(*new, "-x509", "-keyout", root_key, "-out", self.root, "-subj", "/CN=ours", "-days", "2")
        _openssl(*new, "-keyout", self.key, "-out", request, "-subj", "/CN=localhost")
        signed = ["-CA", self.root, "-CAkey", root_key, "-CAcreateserial", "-days", "2", "-extfile", names]
        _openssl("x509", "-req", "-in", request, "-out", self.certificate, *signed)


def _openssl(*arguments: object) -> None:
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)  # noqa: S603, S607 - ours


class Terminator:
    """Speaks PostgreSQL's TLS with a certificate of its own, in front of a server that may have none."""

    def __init__(self, authority: Authority, port: int) -> None:
        self._port = port
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(authority.certificate, authority.key)

    async def __aenter__(self) -> int:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def __aexit__(self, *_: object) -> None:
        self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError, ssl.SSLError):
            await reader.readexactly(8)  # SSLRequest
            writer.write(b"S")
            await writer.start_tls(self._context)
            behind, to_behind = await asyncio.open_connection("127.0.0.1", self._port)
            await asyncio.gather(_pipe(reader, to_behind), _pipe(behind, writer))
        writer.close()


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while piece := await reader.read(65_536):
            writer.write(piece)
            await writer.drain()
    writer.close()


async def _reads(url: str) -> int:
    database = await Database.open(DatabaseSettings(database_url=url, connect_s=5))
    try:
        [row] = await database.fetch("SELECT 1 AS one")
        return int(row["one"])
    finally:
        await database.close()


async def test_a_server_must_prove_that_it_is_the_one_in_the_address(
    database_url: str, tmp_path: Path
) -> None:
    for name in ("ours", "theirs"):
        (tmp_path / name).mkdir()
    ours, theirs = Authority(tmp_path / "ours"), Authority(tmp_path / "theirs")
    parts = urlsplit(database_url)

    async with Terminator(ours, parts.port or 5432) as port:
        named = parts._replace(netloc=f"{parts.username}:{parts.password}@localhost:{port}").geturl()
        numbered = named.replace("@localhost:", "@127.0.0.1:")
        proven = f"{named}?sslmode=verify-full&sslrootcert={ours.root}"
        assert await _reads(proven) == 1
        await asyncio.to_thread(upgrade, proven)  # the migration reads the same address
        for url in (
            f"{named}?sslmode=verify-full&sslrootcert={theirs.root}",  # another's root
            f"{numbered}?sslmode=verify-full&sslrootcert={ours.root}",  # another's name
        ):
            with pytest.raises(DatabaseUnavailableError, match="certificate verify failed"):
                await _reads(url)


def test_rdss_roots_are_in_the_image_and_with_the_exporter() -> None:
    root = Path(__file__).resolve().parents[2]
    held = (root / "api/rds_ca.pem").read_text()
    context = ssl.create_default_context(cadata=held)
    names = {dict(part[0] for part in each["subject"])["commonName"] for each in context.get_ca_certs()}

    assert names == {
        f"Amazon RDS {region} Root CA {kind} G1"
        for region in ("ap-northeast-1", "ap-northeast-3")
        for kind in ("RSA2048", "RSA4096", "ECC384")
    }
    assert (root / "cluster_manifests/platform/monitoring/config/rds_ca.pem").read_text() == held
