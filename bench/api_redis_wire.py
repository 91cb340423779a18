"""The gate's script over one shared connection, beside redis-py's blocking pool, 16 callers at once."""

from __future__ import annotations

import asyncio
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

import uvloop
from redis.asyncio import BlockingConnectionPool, Redis

from api import servers
from api.gate_script import SCRIPT, Question
from api.rate_limit import Counted
from api.redis_link import RedisLink

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

ROUNDS = 5
CALLERS = 16
CALLS = 400
QUOTAS = (60_000_000, 10**9, 60_000_000, 10**9)
QUESTION = Question(Counted((), ("limit:a", "limit:b"), QUOTAS), session="session:s")
ARGUMENTS = (len(QUESTION.keys()), *QUESTION.keys(), *QUESTION.arguments())


def run() -> list[dict[str, Any]]:
    """Measures processor time of this process per call, both sides by turns on one server."""
    with tempfile.TemporaryDirectory(prefix="toban-bench-") as name:
        Path(name).chmod(0o711)
        server = servers.Redis(
            program=servers.embedded().redis_server,
            folder=Path(name),
            password="for-this-run-alone",  # noqa: S106 - of a throw-away server
        )
        server.start()
        try:
            pairs = uvloop.run(_pairs(server.url()))
        finally:
            server.stop()
    ratios = [ours / peer for ours, peer in pairs]
    return [
        {
            "name": "gate.lua",
            "ours": median(ours for ours, _ in pairs),
            "peer": median(peer for _, peer in pairs),
            "ratio": median(ratios),
            "spread": (min(ratios), max(ratios)),
            "unit": "CPU us/call",
            "rounds": ROUNDS,
            "peer_name": "redis-py's BlockingConnectionPool",
        }
    ]


async def _pairs(url: str) -> list[tuple[float, float]]:
    link = RedisLink(url, timeout_s=2.0)
    pool: BlockingConnectionPool = BlockingConnectionPool.from_url(url, max_connections=32, protocol=2)
    peer = Redis(connection_pool=pool)
    await peer.execute_command("EVAL", SCRIPT.source, *ARGUMENTS)  # type: ignore[no-untyped-call] # redis-py's gap
    pairs = [(await _cost(link.call), await _cost(peer.execute_command)) for _ in range(ROUNDS)]
    await link.close()
    await peer.aclose()
    return pairs


async def _cost(call: Callable[..., Awaitable[Any]]) -> float:
    async def caller() -> None:
        for _ in range(CALLS):
            await call("EVALSHA", SCRIPT.sha, *ARGUMENTS)

    begin = time.process_time()
    await asyncio.gather(*(caller() for _ in range(CALLERS)))
    return (time.process_time() - begin) * 1e6 / (CALLERS * CALLS)
