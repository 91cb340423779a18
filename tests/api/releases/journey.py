"""Everything that a release says to PostgreSQL, said once: a person's day and a worker's, written down."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import asyncpg

from api.main import create_app
from api.worker.runner import Worker
from api.worker.settings import WorkerSettings
from tests.api.routes.conftest import serving, sign_in

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    from api.settings import Settings

DUE = datetime(2030, 1, 1, 10, tzinfo=UTC)


class Statement(dict[str, Any]):
    """SQL and its arguments, in a form that JSON holds."""

    @classmethod
    def of(cls, sql: str, args: tuple[Any, ...]) -> Statement:
        return cls(sql=sql, args=[_plain(arg) for arg in args])

    @property
    def arguments(self) -> list[Any]:
        return [_lively(arg) for arg in self["args"]]


def _plain(arg: Any) -> Any:
    if isinstance(arg, datetime):
        return {"moment": arg.isoformat()}
    if isinstance(arg, timedelta):
        return {"seconds": arg.total_seconds()}
    if isinstance(arg, bytes):
        return {"bytes": arg.hex()}
    return arg


def _lively(arg: Any) -> Any:
    match arg:
        case {"moment": text}:
            return datetime.fromisoformat(text)
        case {"seconds": seconds}:
            return timedelta(seconds=seconds)
        case {"bytes": text}:
            return bytes.fromhex(text)
    return arg


async def travelled(
    settings_for: Callable[..., Settings], monkeypatch: pytest.MonkeyPatch, database_url: str
) -> list[Statement]:
    """Makes the journey on an empty database and returns what was said on the way."""
    said: list[Statement] = []
    real = asyncpg.create_pool

    async def listen(connection: Any) -> None:
        connection.add_query_logger(lambda record: said.append(Statement.of(record.query, record.args)))

    monkeypatch.setattr(asyncpg, "create_pool", lambda *args, **named: real(*args, **named, init=listen))
    # One connection, no cache, no watch: the same words in the same order each time.
    app = create_app(settings_for(pool_size=1, cache_s=0))
    async with serving(app) as client:
        ann = await sign_in(client, name="ann")
        await _a_persons_day(ann)
        database = app.state.services.database
        worker = Worker(database, WorkerSettings(database_url=database_url), "w", draw=lambda: 0.5)
        await worker.write_heartbeat(now=DUE)
        await worker.run_batch(now=DUE)
        await worker.observe(now=DUE)
    return said


async def _a_persons_day(ann: Any) -> None:
    await ann.ask("GET", "/api/v1/users/me")
    first = await ann.make(title="first", due_date=DUE.isoformat())
    await ann.make(title="second", description="words")
    for _ in range(2):
        await ann.ask("POST", "/api/v1/tasks", json={"title": "once"}, idempotency_key="k")
    path = f"/api/v1/tasks/{first['id']}"
    await ann.ask("GET", path)
    await ann.ask("PATCH", path, json={"title": "changed"}, if_match='"1"')
    await ann.ask("PATCH", path, json={"title": "too late"}, if_match='"1"')
    for sort in ("created_at", "-updated_at", "due_date", "-priority"):
        page = (await ann.ask("GET", f"/api/v1/tasks?limit=1&sort={sort}")).json()
        await ann.ask("GET", f"/api/v1/tasks?limit=1&sort={sort}&cursor={page['next']}")
    await ann.ask("GET", "/api/v1/tasks?status=TODO&priority=MEDIUM&q=words&due_before=2031-01-01T00:00:00Z")
    operations = [
        {"op": "create", "title": "from a bulk"},
        {"op": "update", "id": first["id"], "version": 2, "status": "IN_PROGRESS"},
        {"op": "delete", "id": first["id"] + 1, "version": 1},
    ]
    await ann.ask("POST", "/api/v1/tasks:bulk", json={"operations": operations}, idempotency_key="b")
    await ann.ask("DELETE", f"/api/v1/tasks/{first['id'] + 2}", if_match="*")


async def outcomes(url: str, statements: list[Statement]) -> list[list[Any]]:
    """Says the same again; returns each statement's columns and, if time plays no part, how many rows."""
    connection = await asyncpg.connect(url, server_settings={"timezone": "UTC"})
    found: list[list[Any]] = []
    try:
        for statement in statements:
            if statement["sql"] in {"BEGIN", "COMMIT", "ROLLBACK"}:
                await connection.execute(statement["sql"])
                found.append([[], 0])
                continue
            prepared = await connection.prepare(statement["sql"])
            rows = await prepared.fetch(*statement.arguments)
            timeless = "moment" not in json.dumps(statement["args"])
            names = [attribute.name for attribute in prepared.get_attributes()]
            found.append([names, len(rows) if timeless else -1])
    finally:
        await connection.close()
    return found
