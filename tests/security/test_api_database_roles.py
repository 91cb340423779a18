"""Who takes over the API or the worker has that process's rights in the database, and not its owner's."""

from __future__ import annotations

import asyncio
import ssl
import subprocess
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import asyncpg
import pytest

from api.database import Database
from api.main import create_app
from api.migrations import roles
from api.migrations.run import upgrade
from api.servers.files import kept_secret
from api.servers.postgres import Postgres
from api.settings import DatabaseSettings
from api.worker.runner import Worker
from api.worker.settings import WorkerSettings
from tests.api.releases.journey import DUE, _a_persons_day
from tests.api.routes.conftest import serving, sign_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

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


async def a_day(settings_for: Callable[..., Settings], url: str, name: str) -> None:
    """Everything that the API and the worker say, each as its own role; raises where one may not."""
    app = create_app(settings_for(database_url=as_role(url, roles.API), pool_size=2))
    async with serving(app) as client:
        ready = await client.get("/ready")
        assert ready.status_code == 200, ready.text
        ann = await sign_in(client, name=name)
        await _a_persons_day(ann)
        await ann.make(title="due", due_date=DUE.isoformat())
        changed = await ann.ask(
            "POST",
            "/api/v1/users/me/password",
            json={"current_password": "correct horse battery", "new_password": "another otter kettle"},
        )
        assert changed.status_code == 204, changed.text
        listed = await ann.ask("GET", "/api/v1/tasks")
        assert len(listed.json()["items"]) == 4
    database = await Database.open(DatabaseSettings(database_url=as_role(url, roles.WORKER)))
    try:
        worker = Worker(database, WorkerSettings(database_url=as_role(url, roles.WORKER)), "w")
        await worker.write_heartbeat(now=DUE)
        while await worker.run_batch(now=DUE):
            pass
        await worker.observe(now=DUE)
    finally:
        await database.close()


async def _dead(url: str) -> list[str]:
    connection = await asyncpg.connect(url)
    rows = await connection.fetch(
        "SELECT last_error FROM jobs WHERE state <> 'done' AND last_error IS NOT NULL"
    )
    await connection.close()
    return [row["last_error"] for row in rows]


async def test_a_day_of_the_api_and_the_worker_needs_no_more_than_their_roles(
    settings_for: Callable[..., Settings], with_roles: str
) -> None:
    await a_day(settings_for, with_roles, "least-rights")

    assert await _dead(with_roles) == []


EACH = [(role, grant) for role, grants in roles.GRANTS.items() for grant in grants]


@pytest.mark.parametrize(("role", "grant"), EACH, ids=lambda value: str(getattr(value, "sql", value)))
async def test_no_right_of_theirs_is_too_many(
    settings_for: Callable[..., Settings], with_roles: str, role: str, grant: roles.Grant
) -> None:
    """Taken away alone, each is missed: by a refused statement, or by a job that fails."""
    owner = await asyncpg.connect(with_roles)
    await owner.execute("UPDATE jobs SET state = 'done', finished_at = now() WHERE state <> 'done'")
    await owner.execute("DELETE FROM jobs WHERE kind = 'sweep'")
    await owner.execute(f"REVOKE {grant.sql} FROM {role}")
    try:
        missed: Any = None
        with suppress(Exception):
            await a_day(settings_for, with_roles, f"short-of-{EACH.index((role, grant))}")
            missed = await _dead(with_roles)
    finally:
        await owner.execute("UPDATE jobs SET state = 'done', finished_at = now(), last_error = NULL")
        await owner.close()
        await roles.ensure(with_roles, PASSWORDS)

    assert missed != []


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
    "COPY tasks TO PROGRAM 'id'",
    "SELECT pg_read_file('PG_VERSION')",
    "CREATE EXTENSION pg_stat_statements",
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


@pytest.fixture(scope="module")
def tls(servers: real.Pair, server_folder: Path) -> Iterator[tuple[Postgres, Path, Path]]:
    """A PostgreSQL that speaks TLS, its root, and the root of somebody else."""
    if servers.postgres is None:
        pytest.skip("DATABASE_URL names a server that these tests cannot configure.")
    folder = server_folder / f"tls-{servers.kind}"
    for name in ("", "ours", "theirs"):
        (folder / name).mkdir(mode=0o711, parents=True, exist_ok=True)
    ours, theirs = Authority(folder / "ours"), Authority(folder / "theirs")
    own = Postgres(
        home=servers.postgres._bin.parent,
        folder=folder,
        password=kept_secret(folder / "password"),
        settings={"ssl": "on", "ssl_cert_file": "server.crt", "ssl_key_file": "server.key"},
    )
    own._initialise()
    for source, name in ((ours.certificate, "server.crt"), (ours.key, "server.key")):
        placed = own._data / name
        placed.write_bytes(source.read_bytes())
        placed.chmod(0o600)
        owner = own._data.stat()
        import os

        os.chown(placed, owner.st_uid, owner.st_gid)
    own.start()
    yield own, ours.root, theirs.root
    own.stop()


async def _reads(url: str) -> int:
    database = await Database.open(DatabaseSettings(database_url=url, connect_s=5))
    try:
        [row] = await database.fetch("SELECT ssl::int FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
        return int(row["ssl"])
    finally:
        await database.close()


async def test_a_server_must_prove_that_it_is_the_one_in_the_address(
    tls: tuple[Postgres, Path, Path],
) -> None:
    server, ours, theirs = tls
    by_name = server.url().replace("127.0.0.1", "localhost")
    proven = f"{by_name}?sslmode=verify-full&sslrootcert={ours}"

    assert await _reads(proven) == 1
    await asyncio.to_thread(upgrade, proven)  # the migration reads the same address
    for url in (
        f"{by_name}?sslmode=verify-full&sslrootcert={theirs}",  # another's root
        f"{server.url()}?sslmode=verify-full&sslrootcert={ours}",  # another's name
    ):
        with pytest.raises(
            (ssl.SSLCertVerificationError, Exception), match=r"certificate verify failed|SSLCert"
        ):
            await _reads(url)


def test_rdss_roots_are_in_the_image_and_with_the_exporter() -> None:
    from pathlib import Path

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
