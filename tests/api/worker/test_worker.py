"""Jobs are done once, by whoever is alive, and what cannot be done is shown to people."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import asyncpg
import pytest

from api.database import Database
from api.servers.local_server import free_port
from api.tasks import statements
from api.worker import queue, sweeps
from api.worker.loop import run_until_stopped
from api.worker.runner import Worker
from api.worker.settings import WorkerSettings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from api.worker.reminders import Reminder

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
DUE = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
LEAD_S = 3600.0


class Recorder:
    """A sink that remembers, and fails when it is told to."""

    def __init__(self) -> None:
        self.keys: list[str] = []
        self.failures = 0

    async def deliver(self, reminder: Reminder) -> None:
        if self.failures:
            self.failures -= 1
            raise ConnectionRefusedError("the mail server is away")
        self.keys.append(reminder.key)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    found = await Database.open(WorkerSettings(database_url=database_url, statement_s=5.0, pool_wait_s=5.0))
    await found.write(
        "TRUNCATE users, tasks, jobs, reminders, heartbeats, idempotency_keys RESTART IDENTITY CASCADE"
    )
    await found.write(
        "INSERT INTO users (username, email, password_hash) VALUES ('ann', 'ann@example.com', 'x')"
    )
    yield found
    await found.close()


@pytest.fixture
def sink() -> Recorder:
    return Recorder()


def worker_of(database: Database, sink: Recorder, name: str = "one", **settings: Any) -> Worker:
    given = {"database_url": "postgresql://unused/unused", **settings}
    return Worker(database, WorkerSettings.model_validate(given), name, sink, draw=lambda: 0.5)


async def add_task(database: Database, *, due: datetime = DUE) -> int:
    """Makes a task as the API does: with its job, in one statement."""
    async with database.transaction() as con:
        return await create(con, due)


async def create(con: Any, due: datetime) -> int:
    values = (1, "Call home", None, "TODO", "MEDIUM", due.replace(tzinfo=None), LEAD_S)
    task_id: int = await con.fetchval(statements.CREATE, *values)
    return task_id


async def move(con: Any, task_id: int, due: datetime) -> None:
    """Changes a task's due date as the API does: with its job, in one statement."""
    due_date_alone = (None, None, False, None, None, None, True, due.replace(tzinfo=None))
    await con.execute(statements.UPDATE, task_id, 1, *due_date_alone, LEAD_S)


async def states(database: Database) -> list[str]:
    return [row["state"] for row in await database.fetch("SELECT state FROM jobs ORDER BY id")]


async def test_a_reminder_leaves_an_hour_before_the_due_date_and_not_earlier(
    database: Database, sink: Recorder
) -> None:
    await add_task(database, due=DUE)
    worker = worker_of(database, sink)

    assert await worker.run_batch(now=DUE - timedelta(hours=1, seconds=1)) == 0
    assert await worker.run_batch(now=DUE - timedelta(hours=1)) == 1

    assert sink.keys == ["1:2026-03-02T09:30:00"]
    assert await states(database) == ["done"]


async def test_many_workers_remind_once_of_each_task(database: Database, sink: Recorder) -> None:
    ids = [await add_task(database) for _ in range(20)]
    workers = [worker_of(database, sink, f"w{n}") for n in range(6)]

    for _ in range(5):
        await asyncio.gather(*(worker.run_batch(now=NOW) for worker in workers))

    assert sorted(sink.keys) == sorted(f"{task}:2026-03-02T09:30:00" for task in ids)
    assert set(await states(database)) == {"done"}


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM tasks",
        "UPDATE tasks SET status = 'DONE'",
        "UPDATE tasks SET due_date = due_date + interval '1 day'",
        "UPDATE tasks SET due_date = NULL",
    ],
)
async def test_a_task_that_changed_meanwhile_is_not_reminded_of(
    database: Database, sink: Recorder, change: str
) -> None:
    await add_task(database)
    await database.write(change)

    await worker_of(database, sink).run_batch(now=NOW)

    assert sink.keys == []
    assert await states(database) == ["done"]


async def test_a_due_date_that_moves_away_and_back_is_reminded_of_once(
    database: Database, sink: Recorder
) -> None:
    task = await add_task(database)
    worker = worker_of(database, sink)
    await database.write("UPDATE tasks SET due_date = NULL")
    await worker.run_batch(now=NOW)

    for _ in range(2):
        async with database.transaction() as con:
            await move(con, task, DUE)
        await worker.run_batch(now=NOW)

    assert sink.keys == [f"{task}:2026-03-02T09:30:00"]


async def test_a_job_whose_change_was_rolled_back_does_not_exist(database: Database) -> None:
    async def change() -> None:
        async with database.transaction() as con:
            await create(con, DUE)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await change()

    assert await states(database) == []


async def test_a_failed_delivery_leaves_no_reminder_and_comes_back_later_each_time(
    database: Database, sink: Recorder
) -> None:
    await add_task(database)
    sink.failures = 2
    worker, now = worker_of(database, sink), NOW

    await worker.run_batch(now=now)
    assert await database.fetch("SELECT * FROM reminders") == []
    assert await worker.run_batch(now=now + timedelta(seconds=3)) == 0
    now += timedelta(seconds=4)
    await worker.run_batch(now=now)
    assert await worker.run_batch(now=now + timedelta(seconds=11)) == 0
    await worker.run_batch(now=now + timedelta(seconds=12))

    assert len(sink.keys) == 1
    assert len(await database.fetch("SELECT * FROM reminders")) == 1


async def test_a_job_that_never_succeeds_dies_where_people_see_it_and_lives_again_when_asked(
    database: Database, sink: Recorder
) -> None:
    await add_task(database)
    sink.failures = 8
    worker, now = worker_of(database, sink), NOW
    for _ in range(8):
        await worker.run_batch(now=now)
        now += timedelta(hours=1)

    assert await worker.run_batch(now=now) == 0
    (dead,) = await queue.listed(database, state="dead", limit=10)
    assert "the mail server is away" in dead["last_error"]
    assert (await queue.backlog(database, now=now)).dead == 1

    assert await queue.requeue(database, job_id=dead["id"], now=now)
    await worker.run_batch(now=now)
    assert len(sink.keys) == 1


async def test_an_unknown_kind_is_buried_at_once(database: Database, sink: Recorder) -> None:
    await queue.add(database, kind="dance", key="d", payload={}, run_at=NOW)

    await worker_of(database, sink).run_batch(now=NOW)

    assert await states(database) == ["dead"]


async def test_the_job_of_a_killed_worker_is_taken_over_when_its_lease_ends(
    database: Database, sink: Recorder
) -> None:
    await add_task(database)
    await queue.claim(database, owner="killed", limit=5, lease=timedelta(seconds=60), now=NOW)
    other = worker_of(database, sink, "other")

    assert await other.run_batch(now=NOW + timedelta(seconds=59)) == 0
    assert await other.run_batch(now=NOW + timedelta(seconds=61)) == 1

    assert len(sink.keys) == 1


async def test_a_slow_worker_that_lost_its_job_leaves_no_trace(database: Database) -> None:
    await add_task(database)
    lease = timedelta(seconds=60)
    (slow,) = await queue.claim(database, owner="slow", limit=1, lease=lease, now=NOW)
    later = NOW + timedelta(seconds=61)
    (taken,) = await queue.claim(database, owner="quick", limit=1, lease=lease, now=later)

    async def act() -> None:
        async with database.transaction() as con:
            await con.execute("INSERT INTO heartbeats (source, written_at) VALUES ('effect', $1)", later)
            await queue.finish(con, slow, note="", now=later)

    with pytest.raises(queue.LostLeaseError):
        await act()

    assert await database.fetch("SELECT * FROM heartbeats") == []
    async with database.transaction() as con:
        await queue.finish(con, taken, note="", now=later)


async def test_a_job_that_kills_every_worker_dies_at_last(database: Database) -> None:
    await queue.add(database, kind="remind", key="poison", payload={}, run_at=NOW)
    now = NOW
    for _ in range(9):
        await queue.claim(database, owner="doomed", limit=1, lease=timedelta(seconds=60), now=now)
        now += timedelta(seconds=61)

    assert await states(database) == ["dead"]
    (dead,) = await queue.listed(database, state="dead", limit=1)
    assert "vanished 8 times" in dead["last_error"]


async def test_workers_sweep_once_in_an_interval_and_spare_what_is_young(
    database: Database, sink: Recorder
) -> None:
    for age_h in (1, 23, 25, 300):
        await database.write(
            "INSERT INTO idempotency_keys (user_id, key, fingerprint, response, created_at)"
            " VALUES (1, $1, '', '{}', $2)",
            f"k{age_h}",
            NOW - timedelta(hours=age_h),
        )
    workers = [worker_of(database, sink, f"w{n}") for n in range(3)]

    for worker in workers:
        await worker.write_heartbeat(now=NOW)
    await asyncio.gather(*(worker.run_batch(now=NOW) for worker in workers))

    assert [row["key"] for row in await database.fetch("SELECT key FROM idempotency_keys ORDER BY key")] == [
        "k1",
        "k23",
    ]
    assert len(await database.fetch("SELECT * FROM jobs WHERE kind = $1", sweeps.KIND)) == 1
    assert len(await database.fetch("SELECT * FROM heartbeats")) == 3


async def test_a_heartbeat_counts_rows_and_is_written_without_counts_where_they_cannot_be_had(
    database: Database, sink: Recorder
) -> None:
    worker = worker_of(database, sink)
    await add_task(database, due=NOW + timedelta(days=3))
    await worker.write_heartbeat(now=NOW)
    await database.write("ALTER FUNCTION heartbeat_counts() RENAME TO gone")
    try:
        await worker.write_heartbeat(now=NOW + timedelta(minutes=1))
    finally:
        await database.write("ALTER FUNCTION gone() RENAME TO heartbeat_counts")

    counted, uncounted = await database.fetch("SELECT counts::text FROM heartbeats ORDER BY id")
    assert json.loads(counted["counts"])["tasks"]["rows"] == 1
    assert uncounted["counts"] is None


async def test_the_age_of_the_queue_is_the_wait_of_its_oldest_due_job(
    database: Database, sink: Recorder
) -> None:
    await add_task(database, due=NOW + timedelta(minutes=30))
    await add_task(database, due=NOW + timedelta(days=3))

    found = await queue.backlog(database, now=NOW)

    assert (found.ready, found.oldest_s) == (2, 1800.0)
    worker = worker_of(database, sink)
    await worker.observe(now=NOW)
    assert worker.metrics.registry.get_sample_value("worker_queue_age_seconds") == 1800.0


async def test_a_claim_reads_indexes_and_not_the_whole_table(database_url: str, database: Database) -> None:
    await database.write(
        "INSERT INTO jobs (kind, state, run_at, finished_at)"
        " SELECT 'remind', 'done', $1, $1 FROM generate_series(1, 5000)",
        NOW,
    )
    con = await asyncpg.connect(database_url)
    try:
        await con.execute("ANALYZE jobs")
        plan = await con.fetch(f"EXPLAIN {queue.CLAIM}", "w", NOW, NOW, 4)
    finally:
        await con.close()

    text = "\n".join(row[0] for row in plan)
    assert "idx_jobs_ready" in text
    assert "Seq Scan" not in text


async def test_the_earliest_job_that_the_database_holds_is_done_like_any_other(
    database: Database, sink: Recorder
) -> None:
    early = await add_task(database, due=datetime(1, 1, 2, tzinfo=UTC))
    late = await add_task(database)
    worker = worker_of(database, sink)

    waiting = await queue.backlog(database, now=NOW)
    listed = await queue.listed(database, state="ready", limit=5)
    assert await worker.run_batch(now=NOW) == 2

    assert (waiting.ready, len(listed)) == (2, 2)
    assert sorted(sink.keys) == sorted([f"{early}:0001-01-02T00:00:00", f"{late}:2026-03-02T09:30:00"])
    assert await states(database) == ["done", "done"]


async def test_a_job_due_before_the_calendar_is_never_made(database: Database) -> None:
    """Release 0.1.0 took any year: its reminder lay in 1 BC, which no Python date can hold."""
    with pytest.raises(asyncpg.CheckViolationError, match="tasks_due_date_floor"):
        await add_task(database, due=datetime(1, 1, 1, 0, 0, 1, tzinfo=UTC))
    made = await add_task(database)
    with pytest.raises(asyncpg.CheckViolationError, match="jobs_run_at_floor"):
        await database.write("UPDATE jobs SET run_at = run_at - interval '2027 years'")

    assert [row["id"] for row in await database.fetch("SELECT id FROM tasks")] == [made]


async def test_no_error_of_one_look_ends_the_worker(
    database: Database, sink: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    await add_task(database)
    worker, stop, looks = (
        worker_of(database, sink, worker_poll_s=0.01, worker_port=free_port()),
        asyncio.Event(),
        [],
    )
    claim = queue.claim

    async def claim_badly(*args: Any, **named: Any) -> list[queue.Job]:
        looks.append(1)
        if len(looks) < 3:
            raise OverflowError("date value out of range")
        stop.set()
        return await claim(*args, **named)

    monkeypatch.setattr(queue, "claim", claim_badly)
    await asyncio.wait_for(run_until_stopped(worker, stop=stop, clock=NOW.timestamp), 20)

    assert len(sink.keys) == 1
