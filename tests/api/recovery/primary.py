"""The server that is written to, backed up and lost, and what is made from its backups."""

from __future__ import annotations

import asyncio
import shutil
from typing import TYPE_CHECKING, Any

import asyncpg

from api.database import Database
from api.migrations import roles
from api.migrations.run import upgrade
from api.servers.files import own_folder
from api.servers.postgres import Postgres
from api.servers.user import run_as_server
from api.worker.runner import Worker
from api.worker.settings import WorkerSettings
from functions.core.reading.records import read_value
from functions.disaster_recovery.policy.restore_shape import RESTORE
from functions.disaster_recovery.policy.verdict import Verdict, judge
from toban.restore_proof import look, take_manifest

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

PASSWORD = "otter-kettle"
DATABASE = "tasks"
PASSWORDS = {role: f"{role}-{PASSWORD}" for role in roles.GRANTS}


class Primary:
    """A server with an archive beside it; `clone` starts another from a base backup and the archive."""

    def __init__(self, home: Path, folder: Path) -> None:
        self.home, self.folder = home, folder
        self.archive = folder / "archive"
        own_folder(self.archive)
        archiving = {"archive_mode": "on", "archive_command": f"cp %p {self.archive}/%f", "fsync": "off"}
        self.server = Postgres(home=home, folder=folder / "primary", password=PASSWORD, settings=archiving)
        own_folder(folder / "primary")
        self.clones: list[Postgres] = []

    @property
    def url(self) -> str:
        return self.server.url(DATABASE)

    async def begin(self) -> None:
        self.server.start()  # the server ends with the thread that starts it
        await said(self.server.url(), f"CREATE DATABASE {DATABASE}")
        await asyncio.to_thread(upgrade, self.url)
        await roles.ensure(self.url, PASSWORDS)

    def end(self) -> None:
        for server in (self.server, *self.clones):
            server.stop()

    def program(self, name: str, *words: object) -> None:
        """Runs one of PostgreSQL's programs against this server; its failure is a ServerFailedError."""
        program = self.server._bin / name
        run_as_server([str(program), *map(str, words)], cwd=self.folder)

    def base_backup(self, name: str) -> Path:
        folder = self.folder / name
        own_folder(folder)
        self.program(
            "pg_basebackup",
            f"--dbname={self.server.url()}",
            "-D",
            folder / "postgres",
            "-X",
            "none",
            "-c",
            "fast",
        )
        return folder

    async def archive_all(self) -> None:
        """Ends the present piece of the log, and returns once the archive has it."""
        connection = await asyncpg.connect(self.server.url())
        piece = await connection.fetchval("SELECT pg_walfile_name(pg_switch_wal())")
        while not (self.archive / piece).exists():
            await connection.execute("SELECT pg_sleep(0.05)")
        await connection.close()

    async def clone(self, base: Path, *, until: datetime | None) -> str:
        """Starts a server from a base backup and the archive up to a moment or its end; its address."""
        folder = self.folder / f"{base.name}-{len(self.clones)}"
        shutil.copytree(base, folder)
        signal = folder / "postgres" / "recovery.signal"
        signal.touch()
        own_folder(folder)
        for path in (folder, *folder.rglob("*")):
            shutil.chown(path, *owner(base / "postgres"))
        settings = {
            "restore_command": f"cp {self.archive}/%f %p",
            "archive_mode": "off",
            "fsync": "off",
        }
        if until:
            settings |= {"recovery_target_time": until.isoformat(), "recovery_target_action": "promote"}
        server = Postgres(home=self.home, folder=folder, password=PASSWORD, settings=settings)
        self.clones.append(server)
        server.start()
        connection = await asyncpg.connect(server.url())
        while await connection.fetchval("SELECT pg_is_in_recovery()"):
            await connection.execute("SELECT pg_sleep(0.05)")
        await connection.close()
        return server.url(DATABASE)

    async def dump(self, name: str, *options: str) -> Path:
        file = self.folder / name
        await asyncio.to_thread(self.program, "pg_dump", "-Fc", *options, "-f", file, self.url)
        return file

    async def restore(self, file: Path, name: str) -> str:
        """Restores a dump into a new database of this server, and returns its address."""
        await said(self.server.url(), f"CREATE DATABASE {name}")
        url = self.server.url(name)
        await asyncio.to_thread(self.program, "pg_restore", "--exit-on-error", "-d", url, file)
        return url


def owner(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_uid, status.st_gid


async def said(url: str, *statements: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


async def now(url: str) -> datetime:
    connection = await asyncpg.connect(url)
    moment: datetime = await connection.fetchval("SELECT clock_timestamp()")
    await connection.close()
    return moment


async def write(url: str, *, people: int, tasks: int = 3, fails: int = 0) -> None:
    """Writes people with tasks, changes one task in three, deletes one in nine; some inserts fail."""
    connection = await asyncpg.connect(url)
    for _ in range(people):
        person = await connection.fetchval(
            "INSERT INTO users (username, email, password_hash) SELECT 'u' || n, 'u' || n || '@e.jp', 'x'"
            " FROM (SELECT coalesce(max(id), 0) + 1 AS n FROM users) AS next RETURNING id"
        )
        for number in range(tasks):
            await connection.execute(
                "INSERT INTO tasks (user_id, title) VALUES ($1, $2)", person, f"t{number}"
            )
    await connection.execute("UPDATE tasks SET title = title || '!', updated_at = now() WHERE id % 3 = 0")
    await connection.execute("DELETE FROM tasks WHERE id % 9 = 0")
    for _ in range(fails):
        refused = connection.transaction()
        await refused.start()
        await connection.execute("INSERT INTO tasks (user_id, title) SELECT min(id), 'no' FROM users")
        await refused.rollback()
    await connection.execute("SELECT pg_stat_force_next_flush()")
    await connection.execute("SELECT 1")
    await connection.close()


async def beat(url: str) -> datetime:
    """Writes the worker's own heartbeat at the server's present moment, which it returns."""
    moment = await now(url)
    settings = WorkerSettings(database_url=url)
    database = await Database.open(settings)
    try:
        await Worker(database, settings, "w").write_heartbeat(now=moment)
    finally:
        await database.close()
    return moment


async def manifest(url: str) -> dict[str, Any]:
    return await take_manifest(url, environment="prod")


async def proved(url: str | None, of: dict[str, Any], *, at: datetime, outage: datetime) -> Verdict:
    """Returns the verdict of a drill of the database; without an address the restore itself did not end."""
    found: dict[str, Any] = {"restored": {"completed": False}} if url is None else await look(url, of)
    facts = {
        "environment": "prod",
        "chain": {"backup": "base", "restore": "restored"},
        "restore_point": at.isoformat(),
        "outage_declared_at": outage.isoformat(),
        "manifest": of,
        "leftovers": [],
        **found,
    }
    return judge(read_value(facts, RESTORE))


def names(verdict: Verdict) -> Sequence[str]:
    return [finding.name for finding in verdict.findings]
