"""Restores of real PostgreSQL are proved by their rows, and each planted bad backup fails by name."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from api.migrations.run import downgrade, upgrade
from api.servers.errors import ServerFailedError
from tests.api.recovery.primary import Primary, beat, manifest, now, proved, said, write

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path


class Week(NamedTuple):
    """What happened at the primary before it was lost."""

    base: Path
    stale: Path
    manifest: dict[str, Any]
    dump: Path
    dumped_at: datetime
    first: datetime
    newest: datetime
    between: datetime
    end: datetime
    outage: datetime


@pytest.fixture(scope="module")
def week(primary: Primary) -> Week:
    """A base backup, a stale dump, a manifest, a dump, and writes with heartbeats after it."""

    async def run() -> Week:
        await write(primary.url, people=20)
        await beat(primary.url)
        base = await asyncio.to_thread(primary.base_backup, "base")
        stale = await primary.dump("stale.dump")
        await write(primary.url, people=5)
        found = await manifest(primary.url)
        await beat(primary.url)
        dump = await primary.dump("good.dump")
        dumped_at = await now(primary.url)
        await write(primary.url, people=7, fails=4)
        first = await beat(primary.url)
        await write(primary.url, people=3)
        between = await now(primary.url)
        await write(primary.url, people=4)
        newest = await beat(primary.url)
        await write(primary.url, people=2)
        end = await now(primary.url)
        await write(primary.url, people=1)
        await primary.archive_all()
        outage = await now(primary.url)
        return Week(base, stale, found, dump, dumped_at, first, newest, between, end, outage)

    return asyncio.run(run())


@pytest.mark.parametrize("moment", ["first", "between", "newest", "end"])
async def test_any_point_in_time_holds_every_row_it_must(primary: Primary, week: Week, moment: str) -> None:
    at = getattr(week, moment) + timedelta(milliseconds=500 if moment in {"first", "newest"} else 0)
    at = min(at, week.end)
    url = await primary.clone(week.base, until=at)

    verdict = await proved(url, week.manifest, at=at, outage=week.outage)

    assert verdict.verdict == "PASS", verdict.findings
    assert all(each.expected == each.found for each in verdict.accounts)
    heartbeat = week.first if at < week.newest else week.newest
    assert verdict.measured.rpo_seconds == (week.outage - heartbeat).total_seconds()


async def test_a_dump_made_after_the_manifest_holds_every_row_it_must(primary: Primary, week: Week) -> None:
    url = await primary.restore(week.dump, "dumped")

    verdict = await proved(url, week.manifest, at=week.dumped_at, outage=week.outage)

    assert verdict.verdict == "PASS", verdict.findings


async def of(primary: Primary, week: Week, url: str | None) -> list[str]:
    verdict = await proved(url, week.manifest, at=week.dumped_at, outage=week.outage)
    assert verdict.verdict == "FAIL", verdict.findings
    return [each.name for each in verdict.findings if each.weight == "FAIL"]


async def test_a_corrupt_dump_fails_by_name(primary: Primary, week: Week) -> None:
    corrupt = week.dump.with_name("corrupt.dump")
    content = bytearray(week.dump.read_bytes())
    for place in range(len(content) // 3, len(content) - 64, 997):
        content[place] ^= 0xFF
    corrupt.write_bytes(content)

    with pytest.raises(ServerFailedError):
        await primary.restore(corrupt, "corrupt")
    assert await of(primary, week, None) == ["restore-failed"]


async def test_a_dump_cut_off_in_the_middle_fails_by_name(primary: Primary, week: Week) -> None:
    """Its restore stops; what had come by then is judged as well, as if nobody had heard."""
    cut = week.dump.with_name("cut.dump")
    cut.write_bytes(week.dump.read_bytes()[: week.dump.stat().st_size * 2 // 3])
    with pytest.raises(ServerFailedError):
        await primary.restore(cut, "cut")
    assert await of(primary, week, None) == ["restore-failed"]

    silently = await primary.restore(week.dump, "silently")
    await said(silently, "DELETE FROM tasks WHERE id > (SELECT max(id) / 2 FROM tasks)")
    assert "rows-missing" in await of(primary, week, silently)
    await said(silently, "DROP TABLE reminders")
    assert "table-missing" in await of(primary, week, silently)


async def test_an_empty_backup_fails_by_name(primary: Primary, week: Week) -> None:
    empty = await primary.dump("empty.dump", "--schema-only")

    assert "empty" in await of(primary, week, await primary.restore(empty, "empty"))


async def test_a_stale_backup_fails_by_name(primary: Primary, week: Week) -> None:
    assert "stale" in await of(primary, week, await primary.restore(week.stale, "stale"))


async def test_a_half_migrated_backup_fails_by_name(primary: Primary, week: Week) -> None:
    url = await primary.restore(week.dump, "half")
    await said(url, "DROP INDEX idx_tasks_due_date")
    assert await of(primary, week, url) == ["schema-differs"]

    await asyncio.to_thread(downgrade, url, "0012")
    assert {"migration-differs", "schema-differs"} <= set(await of(primary, week, url))


async def test_another_tenants_backup_fails_by_name(primary: Primary, week: Week) -> None:
    await said(primary.server.url(), "CREATE DATABASE other")
    other = primary.server.url("other")
    await asyncio.to_thread(upgrade, other)
    await write(other, people=25)
    await beat(other)

    assert "wrong-tenant" in await of(primary, week, other)


SPOILT = [
    (
        "checksum-differs",
        "SET session_replication_role = replica; UPDATE tasks SET title = 'forged' WHERE id = 1",
    ),
    ("rows-missing", "DELETE FROM tasks WHERE id = 1"),
    (
        "rows-extra",
        "INSERT INTO tasks (user_id, title, created_at) SELECT min(id), 'x', '2020-01-01' FROM users",
    ),
    ("stamped-later", "UPDATE tasks SET updated_at = now() + interval '1 day' WHERE id = 1"),
    ("sequence-behind", "SELECT setval('tasks_id_seq', 3)"),
    ("orphans", "SET session_replication_role = replica; DELETE FROM users WHERE id = 2"),
    ("grant-missing", "REVOKE SELECT ON users FROM task_api"),
]


async def test_each_fault_in_a_restored_database_is_found_alone(primary: Primary, week: Week) -> None:
    """Each is planted into a whole copy of the restored database."""
    await primary.restore(week.dump, "whole")
    missed: list[tuple[str, list[str]]] = []
    for number, (name, statement) in enumerate(SPOILT):
        await said(primary.server.url(), f"CREATE DATABASE spoilt{number} TEMPLATE whole")
        url = primary.server.url(f"spoilt{number}")
        await said(url, statement)
        found = await of(primary, week, url)
        missed += [] if name in found else [(name, found)]

    assert missed == []


async def test_a_server_without_the_roles_fails(primary: Primary, week: Week) -> None:
    at = week.newest + timedelta(milliseconds=500)
    url = await primary.clone(week.base, until=min(at, week.end))
    await said(url, "DROP OWNED BY task_worker", "DROP ROLE task_worker")

    assert "role-missing" in await of(primary, week, url)
