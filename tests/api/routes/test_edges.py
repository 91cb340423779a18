"""What the API says when it says no: always a problem, always with the way on."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

import pytest

from api.main import create_app
from tests.api.routes.conftest import Person, serving, sign_in

if TYPE_CHECKING:
    from pathlib import Path

    import httpx
    from fastapi import FastAPI

    from api.settings import Settings

Someone = Callable[[], Awaitable[Person]]
NOWHERE = "redis://127.0.0.1:1/0"
JSON = {"content-type": "application/json"}


async def test_every_refusal_is_a_problem(person: Someone, client: httpx.AsyncClient, app: FastAPI) -> None:
    someone = await person()
    headers = someone.headers() | JSON
    answers = {
        404: await client.get("/nowhere"),
        405: await client.put("/health"),
        413: await client.post("/api/v1/tasks", headers=headers, content=b"x" * 70_000),
        415: await client.post("/api/v1/tasks", headers=someone.headers(), content=b"title=x"),
        422: await client.post("/api/v1/tasks", headers=headers, content=b"[" * 60_000),
        400: await someone.ask("POST", "/api/v1/tasks", json={"title": "x"}, idempotency_key=""),
    }

    for status, answer in answers.items():
        assert answer.status_code == status
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["status"] == status
        assert len(answer.json()["trace_id"]) == 32


@pytest.mark.parametrize(
    "body",
    [
        b'{"title": "nul\\u0000"}',
        b'{"title": "\\ud800"}',
        b'{"title": ""}',
        b'{"title": 5}',
        b'{"title": "x", "owner": 1}',
        b'{"title": "x", "due_date": 5}',
        b'{"title": "x", "due_date": "0001-01-01T00:00:00+23:59"}',
        b'{"title": "x", "status": "todo"}',
        b'{"title": "x"',
        b"\xff",
        b"null",
        b"",
    ],
)
async def test_a_body_outside_of_the_schema_is_a_422(
    person: Someone, client: httpx.AsyncClient, body: bytes
) -> None:
    someone = await person()

    answer = await client.post("/api/v1/tasks", headers=someone.headers() | JSON, content=body)

    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"]


async def test_an_unexpected_error_is_a_500_that_tells_only_the_trace_id(
    person: Someone, client: httpx.AsyncClient, app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    someone = await person()
    broken = app.state.services.database

    async def explode(*_: object) -> None:
        raise RuntimeError("a secret of ours")

    monkeypatch.setattr(broken, "fetchrow", explode)
    trace = "00-" + "ab" * 16 + "-" + "cd" * 8 + "-01"
    answer = await someone.ask("GET", "/api/v1/users/me", traceparent=trace)

    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert len(answer.json()["trace_id"]) == 32
    assert answer.json()["trace_id"] != "ab" * 16


async def test_a_user_over_the_limit_is_told_when_to_come_again(
    settings_for: Callable[..., Settings],
) -> None:
    async with serving(create_app(settings_for(user_limit=5))) as client:
        someone = await sign_in(client, name="impatient")
        answers = [await someone.ask("GET", "/api/v1/users/me") for _ in range(6)]

    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    assert answers[0].headers["ratelimit-policy"] == '"user";q=5;w=60'
    assert answers[0].headers["ratelimit"].startswith('"user";r=4;t=')
    refused = answers[-1]
    assert refused.json()["violated-policies"] == ["user"]
    assert refused.json()["type"].endswith("#quota-exceeded")
    assert 1 <= int(refused.headers["retry-after"]) <= 12


async def test_a_request_too_many_is_a_503_while_probes_are_answered(
    settings_for: Callable[..., Settings],
) -> None:
    app = create_app(settings_for(concurrency=2))
    async with serving(app) as client:
        someone = await sign_in(client, name="many")
        pool = app.state.services.database.pool
        async with app.state.services.database.transaction() as con:
            await con.execute("LOCK TABLE tasks IN ACCESS EXCLUSIVE MODE")
            held = [asyncio.create_task(someone.ask("GET", f"/api/v1/tasks/{n}")) for n in (1, 2)]
            while pool.in_use < 3:  # noqa: ASYNC110 - ends with the two requests under way
                await asyncio.sleep(0.01)
            refused = await someone.ask("GET", "/api/v1/tasks/3")
            alive = await client.get("/health")
        answers = await asyncio.gather(*held)

    assert (refused.status_code, refused.headers["retry-after"]) == (503, "1")
    assert refused.headers["content-type"] == "application/problem+json"
    assert alive.status_code == 200
    assert {answer.status_code for answer in answers} == {404}


async def test_guessing_one_accounts_password_is_limited(settings_for: Callable[..., Settings]) -> None:
    async with serving(create_app(settings_for(login_account_limit=3))) as client:
        guess = {"username": "the-victim", "password": "guess"}
        codes = [(await client.post("/api/v1/auth/login", json=guess)).status_code for _ in range(4)]

    assert codes == [401, 401, 401, 429]


async def test_without_redis_tasks_are_served_limits_are_local_and_sessions_wait(
    settings_for: Callable[..., Settings],
) -> None:
    async with serving(create_app(settings_for())) as healthy:
        someone = await sign_in(healthy)
    async with serving(create_app(settings_for(redis_url=NOWHERE, user_limit=3))) as client:
        here = Person(client, someone.name, someone.tokens)
        created = await here.ask("POST", "/api/v1/tasks", json={"title": "x"})
        listed = await here.ask("GET", "/api/v1/tasks")
        sessions = await here.ask("GET", "/api/v1/sessions")
        refused = await here.ask("GET", "/api/v1/tasks")
        ready = await client.get("/ready")

    assert [created.status_code, listed.status_code] == [201, 200]
    assert created.headers["ratelimit"].startswith('"user";r=2;')
    assert (sessions.status_code, sessions.headers["retry-after"]) == (503, "1")
    assert refused.status_code == 429
    assert (ready.status_code, ready.json()["status"]) == (200, "degraded")


async def test_without_postgresql_reads_of_late_are_served_and_the_rest_is_a_503(
    settings_for: Callable[..., Settings],
) -> None:
    async with serving(create_app(settings_for())) as healthy:
        someone = await sign_in(healthy)
        task = await someone.make()
        await someone.ask("GET", "/api/v1/tasks")
        await someone.ask("PATCH", f"/api/v1/tasks/{task['id']}", json={"title": "newer"}, if_match="*")
    nowhere = "postgresql://nobody@127.0.0.1:1/nothing"
    async with serving(create_app(settings_for(database_url=nowhere))) as client:
        here = Person(client, someone.name, someone.tokens)
        stale = await here.ask("GET", "/api/v1/tasks")
        lost = await here.ask("GET", f"/api/v1/tasks/{task['id']}")
        written = await here.ask("POST", "/api/v1/tasks", json={"title": "x"})
        ready, alive = await client.get("/ready"), await client.get("/health")

    assert (stale.status_code, stale.headers["cache-status"]) == (200, "toban; hit; detail=stale-on-error")
    assert lost.status_code == written.status_code == 503
    assert written.headers["retry-after"] == "1"
    assert (ready.status_code, alive.status_code) == (503, 200)


async def test_the_mode_file_switches_writes_and_expensive_features_off(
    settings_for: Callable[..., Settings], tmp_path: Path
) -> None:
    file = tmp_path / "mode"
    app = create_app(settings_for(mode_file=file))
    mode = app.state.services.health.mode
    async with serving(app) as client:
        someone = await sign_in(client)
        found = {}
        for word in ("normal", "frugal", "read-only", "nonsense", "normal"):
            file.write_text(word + "\n")
            mode.reload()
            found[word] = [
                (await someone.ask("GET", "/api/v1/tasks")).status_code,
                (await someone.ask("GET", "/api/v1/tasks?q=x")).status_code,
                (await someone.ask("POST", "/api/v1/tasks", json={"title": "x"})).status_code,
            ]

    assert found == {
        "normal": [200, 200, 201],
        "frugal": [200, 503, 201],
        "read-only": [200, 503, 503],
        "nonsense": [200, 503, 503],
    }


async def test_metrics_name_route_templates_and_never_a_task(
    person: Someone, client: httpx.AsyncClient
) -> None:
    someone = await person()
    task = await someone.make()
    for _ in range(3):
        await someone.ask("GET", f"/api/v1/tasks/{task['id']}")

    text = (await client.get("/metrics")).text

    assert 'route="/api/v1/tasks/{id}",status="200"' in text
    assert f"/tasks/{task['id']}" not in text
    assert "rate_limited_total" in text
    assert 'response_cache_total{source="hit"}' in text


async def test_a_request_leaves_nothing_behind_for_the_collector(
    settings_for: Callable[..., Settings],
) -> None:
    """A circle keeps a request, its head and its answer in memory, and costs every other one a collection."""
    app = create_app(settings_for())
    async with serving(app) as client:
        someone = await sign_in(client)
        await someone.ask("GET", "/api/v1/tasks")
        gc.collect()
        gc.disable()
        try:
            for _ in range(5):
                await someone.ask("GET", "/api/v1/tasks")
                await someone.ask("GET", "/api/v1/users/me")
            gc.set_debug(gc.DEBUG_SAVEALL)
            gc.collect()
            ours = [type(left).__name__ for left in gc.garbage if type(left).__module__.startswith("api.")]
        finally:
            gc.set_debug(0)
            gc.garbage.clear()
            gc.enable()

    assert ours == []
