"""Restores of real PostgreSQL are proved by their rows, and each planted bad backup fails by name."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from tests.api.recovery.primary import Primary, beat, manifest, now, proved, write

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
