"""The last pages of a list of 100,000 tasks, beside its first ones, by turns through the API."""

from __future__ import annotations

import asyncio
import http.client
import json
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

import asyncpg

from api import servers
from api.migrations.run import upgrade
from api.servers.stack import programs

ROWS = 100_000
PAGE = 100
ROUNDS = 400
SETTINGS = {"USER_LIMIT": "1000000", "IP_LIMIT": "1000000", "CACHE_S": "0"}
FILL = """
INSERT INTO tasks (user_id, title, due_date, created_at)
SELECT $1::int, 'task ' || n, timestamp '2030-01-01' + n * interval '1 minute',
       timestamp '2026-01-01' + n * interval '1 s'
FROM generate_series(1, $2::int) n
"""
ACCOUNT = {"username": "bench", "password": "correct horse battery", "email": "bench@example.org"}


def run() -> list[dict[str, Any]]:
    """Walks the list in two orders, then asks for its last ten and its first ten pages by turns."""
    with tempfile.TemporaryDirectory(prefix="toban-bench-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        with servers.running(servers.embedded(), folder) as pair:
            upgrade(pair.admin_url)
            api = programs(
                database_url=pair.admin_url, redis_url=pair.redis_url, folder=folder, settings=SETTINGS
            ).api
            api.start()
            try:
                return _measure(pair.admin_url, http.client.HTTPConnection("127.0.0.1", api.port, timeout=30))
            finally:
                api.stop()


def _measure(database_url: str, client: http.client.HTTPConnection) -> list[dict[str, Any]]:
    user = _ask(client, "POST", "/api/v1/auth/register", ACCOUNT)["id"]
    asyncio.run(_fill(database_url, user))
    login = {name: ACCOUNT[name] for name in ("username", "password")}
    token = _ask(client, "POST", "/api/v1/auth/login", login)["access_token"]
    rows = []
    for order in ("-created_at", "due_date"):
        path = f"/api/v1/tasks?limit={PAGE}&sort={order}&cursor="
        cursors = _walk(client, path, token)
        pairs = [
            (
                _page(client, path + cursors[-1 - number % 10], token)[0],
                _page(client, path + cursors[number % 10], token)[0],
            )
            for number in range(ROUNDS)
        ]
        halves = [[last / first for last, first in pairs[start::2]] for start in (0, 1)]
        rows.append(
            {
                "name": f"page of {PAGE} by {order}, depth {ROWS:,}",
                "ours": median(last for last, _ in pairs),
                "peer": median(first for _, first in pairs),
                "ratio": median(last for last, _ in pairs) / median(first for _, first in pairs),
                "spread": (min(map(median, halves)), max(map(median, halves))),
                "unit": "ms",
                "rounds": ROUNDS,
                "peer_name": "the first pages",
            }
        )
    return rows


def _walk(client: http.client.HTTPConnection, path: str, token: str) -> list[str]:
    """Returns the cursor of every page but the first."""
    cursors: list[str] = []
    following = _page(client, path.removesuffix("&cursor="), token)[1]
    while following is not None:
        cursors.append(following)
        following = _page(client, path + following, token)[1]
    assert len(cursors) == ROWS // PAGE - 1
    return cursors


def _page(client: http.client.HTTPConnection, path: str, token: str) -> tuple[float, str | None]:
    begin = time.perf_counter()
    following: str | None = _ask(client, "GET", path, None, authorization=f"Bearer {token}")["next"]
    return (time.perf_counter() - begin) * 1000, following


def _ask(client: http.client.HTTPConnection, method: str, path: str, body: Any, **headers: str) -> Any:
    text = json.dumps(body) if body is not None else None
    client.request(method, path, text, {"content-type": "application/json", **headers})
    with client.getresponse() as answer:
        assert answer.status in {200, 201}, answer.read()
        return json.load(answer)


async def _fill(database_url: str, user: int) -> None:
    connection = await asyncpg.connect(database_url)
    await connection.execute(FILL, user, ROWS, timeout=120)
    await connection.execute("VACUUM ANALYZE tasks")
    await connection.close()
