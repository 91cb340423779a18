"""One job that cannot be read is buried alone, and the worker lives on."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import asyncpg
import pytest

from api.database import Database
from api.settings import DatabaseSettings
from api.worker import sweeps
from api.worker.runner import Worker
from api.worker.settings import WorkerSettings
from tests.api.releases.journey import DUE
from tests.api.routes.conftest import sign_in

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import httpx

INSERT = "INSERT INTO jobs (kind, payload, run_at) VALUES ({}, '1950-01-01Z')"
UNREADABLE = (
    "'remind', '[]'", "'remind', '1'", "'remind', '\"x\"'", "'remind', 'null'", "'remind', '{}'",
    "'remind', '{\"task_id\": \"x\", \"due_date\": \"x\"}'",
    "'remind', '{\"task_id\": 1, \"due_date\": 5}'",
    "'remind', '{\"task_id\": 99999999999999999999, \"due_date\": \"2030-01-01T00:00:00\"}'",
    "'remind', '{\"task_id\": 1e400, \"due_date\": \"2030-01-01T00:00:00\"}'", "'no-such-kind', '{}'",
    "'', '{}'", "'sweep', '[]'",
    "'remind', ('{\"task_id\": 1, \"due_date\": \"' || repeat('9', 100000) || '\"}')::jsonb",
)  # fmt: skip


@pytest.fixture
async def owner(database_url: str) -> AsyncIterator[asyncpg.Connection[Any]]:
    connection = await asyncpg.connect(database_url)
    yield connection
    await connection.execute("DELETE FROM jobs")
    await connection.close()


async def test_unreadable_jobs_are_buried_and_an_innocent_one_beside_them_is_done(
    owner: asyncpg.Connection[Any], database_url: str, client: httpx.AsyncClient
) -> None:
    innocent = await sign_in(client)
    for kind_and_payload in UNREADABLE:
        await owner.execute(INSERT.format(kind_and_payload))
    for run_at in ("-infinity", "0001-01-01T00:00:00Z"):
        insert = f"INSERT INTO jobs (kind, payload, run_at) VALUES ('remind', '{{}}', '{run_at}')"  # noqa: S608
        try:
            await owner.execute(insert)
        except asyncpg.CheckViolationError:
            assert run_at == "-infinity"
    task = await innocent.make(due_date=DUE.isoformat())
    settings = WorkerSettings(database_url=database_url, worker_slots=4)
    database = await Database.open(settings)
    worker = Worker(database, settings, "w", draw=lambda: 0.5)
    for round_ in range(40):
        await worker.run_batch(now=DUE + timedelta(hours=round_))
    await database.close()
    ends = await owner.fetch("SELECT kind, state, attempts, payload FROM jobs ORDER BY id")

    assert {row["state"] for row in ends} <= {"done", "dead"}
    assert sum(row["state"] == "dead" for row in ends) >= len(UNREADABLE) - 1
    mine = [row for row in ends if f'"task_id": {task["id"]},' in row["payload"] and row["state"] == "done"]
    assert [row["attempts"] for row in mine] == [1]
    assert await owner.fetchval("SELECT count(*) FROM reminders WHERE task_id = $1", task["id"]) == 1


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:01Z", "0001-01-01T23:59:59Z", "1899-12-31T23:59:59Z"])
async def test_a_moment_before_the_calendar_stops_at_the_door(client: httpx.AsyncClient, moment: str) -> None:
    someone = await sign_in(client)
    made = await someone.ask("POST", "/api/v1/tasks", json={"title": "x", "due_date": moment})
    mended = await someone.make()
    changed = await someone.ask(
        "PATCH", f"/api/v1/tasks/{mended['id']}", json={"due_date": moment}, if_match="*"
    )

    assert (made.status_code, changed.status_code) == (422, 422)


async def test_the_table_takes_no_such_moment_whoever_writes_it(owner: asyncpg.Connection[Any]) -> None:
    for statement in (
        "INSERT INTO tasks (title, due_date) VALUES ('x', '0001-01-01T12:00:00')",
        "INSERT INTO tasks (title, due_date) VALUES ('x', '-infinity')",
        "INSERT INTO jobs (kind, run_at) VALUES ('remind', '0001-12-31T00:00:00Z BC')",
    ):
        with pytest.raises(asyncpg.CheckViolationError):
            await owner.execute(statement)


async def test_a_sweep_goes_on_until_nothing_is_left_or_its_time_is_over(
    owner: asyncpg.Connection[Any], database_url: str
) -> None:
    user = await owner.fetchval(
        "INSERT INTO users (username, email, password_hash) VALUES ('swept', 's@x.org', 'x') RETURNING id"
    )
    await owner.execute(
        "INSERT INTO idempotency_keys (user_id, key, fingerprint, response, created_at)"
        " SELECT $1, 'k' || n, '', 'null', '2029-01-01Z' FROM generate_series(1, 7500) AS n",
        user,
    )
    database = await Database.open(DatabaseSettings(database_url=database_url, statement_s=10))
    at = [0.0]

    def slow() -> float:
        at[0] += 3
        return at[0]

    async with database.transaction() as connection:
        hurried = await sweeps.sweep(connection, now=DUE, clock=slow)
    async with database.transaction() as connection:
        calm = await sweeps.sweep(connection, now=DUE, clock=lambda: 0.0)
    await database.close()

    assert "idempotency_keys 3000" in hurried
    assert "idempotency_keys 4500" in calm
