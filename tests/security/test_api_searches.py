"""What a search, a row or a key may cost is one user's, counted, and never PostgreSQL's failure."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import asyncpg
import pytest

from api.database_errors import CostlyStatementError
from api.errors import Problem
from api.main import create_app
from api.tasks.search_budget import SearchBudget
from tests.api.routes.conftest import serving, sign_in
from tests.security.attack import judge, signed_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from api.settings import Settings
    from tests.security.attack import Target


async def test_one_accounts_searches_are_nobody_elses_outage(target: Target, database_url: str) -> None:
    """Review S6: ten clients of one account below its limit made 14 of 69 requests of another user a 503."""
    statuses: list[int] = []
    async with target.client("127.0.0.2") as attacker:
        mine = await signed_in(attacker)
        owner = await asyncpg.connect(database_url)
        user = await owner.fetchval("SELECT max(id) FROM users")
        for number in range(160):
            text = " ".join(f"w{number:03}{word:04}" for word in range(1_000))
            await owner.execute(
                "INSERT INTO tasks (user_id, title, description) VALUES ($1, 'x', $2)", user, "w0 " + text
            )
        await owner.close()

        async def one(number: int) -> None:
            for turn in range(12):
                words = f'"x w0" OR "w0 w0" -v{number} -u{turn}'
                answer = await attacker.get("/api/v1/tasks", params={"q": words, "limit": 1}, headers=mine)
                statuses.append(answer.status_code)

        await judge(target, asyncio.gather(*(one(number) for number in range(10))))

    assert set(statuses) <= {200, 429}
    assert 429 in statuses
    assert target.count("rate_limited_total", limit="search") == statuses.count(429)


async def test_a_search_that_takes_too_long_is_its_users_and_feeds_no_breaker(
    settings_for: Callable[..., Settings],
) -> None:
    app = create_app(settings_for(pool_size=2, statement_s=0.5))
    async with serving(app) as client:
        someone = await sign_in(client)
        database = app.state.services.database

        async def endless(_sql: str, *_args: Any) -> Any:
            return await type(database).fetch_costly(database, "SELECT pg_sleep(30)")

        database.fetch_costly = endless
        statuses = [(await someone.ask("GET", f"/api/v1/tasks?q=w{n}")).status_code for n in range(4)]
        other = await someone.ask("GET", "/api/v1/tasks")

    assert statuses == [429] * 4
    assert not database.breaker.is_open
    assert other.status_code == 200


@pytest.mark.parametrize(("seconds", "admitted"), [(0.0, 50), (1.0, 4), (5.0, 1)])
async def test_the_time_of_a_users_searches_in_a_minute_is_bounded(
    settings_for: Callable[..., Settings], seconds: float, admitted: int
) -> None:
    now = [0.0]
    refused: list[int] = []
    budget = SearchBudget(
        settings_for(user_search_s=3.0), clock=lambda: now[0], on_refusal=lambda: refused.append(1)
    )

    done = 0
    for _ in range(50):
        with suppress(Problem):
            async with budget.of(1):
                now[0] += seconds
                done += 1
    async with budget.of(2):  # somebody else's
        pass
    now[0] += 60 + 20 * seconds
    async with budget.of(1):
        pass

    assert (done, len(refused)) == (admitted, 50 - admitted)


async def test_a_search_that_was_given_up_is_counted_like_one_that_was_answered(
    settings_for: Callable[..., Settings],
) -> None:
    now = [0.0]
    budget = SearchBudget(settings_for(user_search_s=1.0), clock=lambda: now[0], on_refusal=lambda: None)

    async def search() -> None:
        async with budget.of(1):
            now[0] += 2
            raise CostlyStatementError

    with pytest.raises(Problem, match="takes too long"):
        await search()
    with pytest.raises(Problem, match="all of their time"):
        await search()


async def test_what_one_user_stores_has_an_end(settings_for: Callable[..., Settings]) -> None:
    async with serving(create_app(settings_for(user_tasks=12, user_bytes=10_000, user_keys=3))) as client:
        someone, other = await sign_in(client), await sign_in(client)
        tasks = [await someone.ask("POST", "/api/v1/tasks", json={"title": f"{n}"}) for n in range(13)]
        bulk = await someone.ask(
            "POST", "/api/v1/tasks:bulk", json={"operations": [{"op": "create", "title": "x"}]}
        )
        await someone.ask("DELETE", f"/api/v1/tasks/{tasks[0].json()['id']}", if_match="*")
        grown = await someone.ask(
            "PATCH",
            f"/api/v1/tasks/{tasks[1].json()['id']}",
            json={"description": "長" * 4_000},
            if_match="*",
        )
        done = await someone.ask(
            "PATCH", f"/api/v1/tasks/{tasks[1].json()['id']}", json={"status": "DONE"}, if_match="*"
        )
        keys = [
            await other.ask("POST", "/api/v1/tasks", json={"title": "x"}, idempotency_key=f"k{n}")
            for n in range(4)
        ]
        without = await other.ask("POST", "/api/v1/tasks", json={"title": "x"})
        metrics = (await client.get("/metrics")).text

    assert [answer.status_code for answer in tasks] == [201] * 12 + [403]
    assert (bulk.status_code, grown.status_code, done.status_code) == (403, 403, 200)
    assert [answer.status_code for answer in keys] == [201] * 3 + [403]
    assert without.status_code == 201
    assert 'rate_limited_total{limit="tasks"}' in metrics
    assert 'rate_limited_total{limit="keys"}' in metrics


async def test_whoever_deletes_may_write_again(settings_for: Callable[..., Settings]) -> None:
    app = create_app(settings_for(user_tasks=2))
    async with serving(app) as client:
        someone = await sign_in(client)
        first = await someone.make()
        await someone.make()
        refused = await someone.ask("POST", "/api/v1/tasks", json={"title": "x"})
        await someone.ask("DELETE", f"/api/v1/tasks/{first['id']}", if_match="*")
        app.state.services.tasks_quota._clock = lambda: 10**9  # later than any count is trusted
        again = await someone.ask("POST", "/api/v1/tasks", json={"title": "x"})

    assert (refused.status_code, again.status_code) == (403, 201)


async def test_a_taken_name_is_no_error_to_postgresql(database_url: str, person: Any) -> None:
    """An error's line in PostgreSQL's log would quote the name and the address."""
    someone = await person()
    connection = await asyncpg.connect(database_url)
    before = await connection.fetchval(
        "SELECT xact_rollback FROM pg_stat_database WHERE datname = current_database()"
    )
    answer = await someone.client.post(
        "/api/v1/auth/register",
        json={"username": someone.name, "email": "another@example.org", "password": "otter kettle violin"},
    )
    await connection.fetch("SELECT pg_stat_force_next_flush()")
    after = await connection.fetchval(
        "SELECT xact_rollback FROM pg_stat_database WHERE datname = current_database()"
    )
    await connection.close()

    assert answer.status_code == 409
    assert after == before
