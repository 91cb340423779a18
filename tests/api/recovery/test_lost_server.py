"""The task API is written to, its PostgreSQL killed: what is lost is what the verdict of a restore says."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import asyncpg
import httpx
import uvicorn

from api import lambda_handler
from api.main import create_app
from api.servers.local_server import free_port
from tests.api.recovery.primary import Primary, beat, manifest, now, proved
from tests.api.routes.conftest import KEYS, Person, serving, sign_in
from tests.api.routes.test_delivery import lambda_event

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    from api.settings import Settings

WRITERS, EACH, ROUNDS, ARCHIVED = 4, 8, 4, 3


async def test_what_is_lost_with_a_server_is_what_the_verdict_measures(
    primary: Primary, settings_for: Callable[..., Settings], redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Four rounds of writes, each with a heartbeat; the fourth never reaches the archive."""
    base = await asyncio.to_thread(primary.base_backup, "base")
    acknowledged: list[set[int]] = []
    beats = []
    async with serving(create_app(settings_for(database_url=primary.url))) as client:
        ann = await sign_in(client, name="ann")
        before = await manifest(primary.url)
        await beat(primary.url)
        for number in range(ROUNDS):
            made = await asyncio.gather(*(_write(ann) for _ in range(WRITERS)))
            acknowledged.append({task for tasks in made for task in tasks})
            beats.append(await beat(primary.url))
            if number == ARCHIVED - 1:
                await primary.archive_all()
        outage = await now(primary.url)
    primary.server.kill()

    restored = await primary.clone(base, until=None)
    verdict = await proved(restored, before, at=outage, outage=outage)

    assert verdict.verdict == "PASS", verdict.findings
    assert verdict.measured.rpo_seconds == (outage - beats[ARCHIVED - 1]).total_seconds()
    there = await _ids(restored)
    assert set.union(*acknowledged[:ARCHIVED]) <= there, "lost beyond the RPO"
    assert not acknowledged[ARCHIVED] & there, "the last round never reached the archive"

    settings = settings_for(database_url=restored)
    await _journey_through_uvicorn(settings)
    for name, value in {"DATABASE_URL": restored, "REDIS_URL": redis_url, "JWT_KEYS": KEYS}.items():
        monkeypatch.setenv(name, value)
    await asyncio.to_thread(_journey_through_lambda)


async def _write(person: Person) -> list[int]:
    return [(await person.make(title=f"task {number}"))["id"] for number in range(EACH)]


async def _ids(url: str) -> set[int]:
    connection = await asyncpg.connect(url)
    found = {row["id"] for row in await connection.fetch("SELECT id FROM tasks")}
    await connection.close()
    return found


async def _journey_through_uvicorn(settings: Settings) -> None:
    """Signs in with the account of before, writes and reads back, over a real socket."""
    port = free_port()
    server = uvicorn.Server(
        uvicorn.Config(create_app(settings), host="127.0.0.1", port=port, log_level="warning")
    )
    running = asyncio.create_task(server.serve())
    transport = httpx.AsyncHTTPTransport(retries=10)
    async with httpx.AsyncClient(
        transport=transport, base_url=f"http://127.0.0.1:{port}", timeout=30
    ) as client:
        ann = await sign_in(client, name="ann")
        task = await ann.make(title="after the recovery")
        read = await ann.ask("GET", f"/api/v1/tasks/{task['id']}")
        assert (read.status_code, read.json()["title"]) == (200, "after the recovery")
    server.should_exit = True
    await running


def _journey_through_lambda() -> None:
    lambda_handler.warm.cache_clear()
    account = {"username": "ann", "password": "correct horse battery"}
    try:
        tokens = _asked("/api/v1/auth/login", "POST", body=account)
        bearer = {"authorization": f"Bearer {tokens['access_token']}"}
        task = _asked("/api/v1/tasks", "POST", body={"title": "from Lambda"}, **bearer)
        assert _asked(f"/api/v1/tasks/{task['id']}", **bearer)["title"] == "from Lambda"
    finally:
        lambda_handler.warm().close()
        lambda_handler.warm.cache_clear()


def _asked(path: str, method: str = "GET", **more: Any) -> dict[str, Any]:
    answer = lambda_handler.handler(lambda_event(path, method, **more), None)
    assert answer["statusCode"] in {200, 201}, answer
    found: dict[str, Any] = json.loads(answer["body"])
    return found
