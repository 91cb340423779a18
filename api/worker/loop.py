"""The worker's loop: looks for jobs, writes heartbeats, answers probes, and ends in order when it is stopped.

No error ends it, an outage of PostgreSQL or a row that nobody foresaw: it waits, up to half a minute between
two looks, and goes on. The liveness probe fails only when the loop itself hangs, because a restart heals no
database.
"""

from __future__ import annotations

import asyncio
from contextlib import nullcontext, suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import structlog
import uvicorn
from prometheus_client import generate_latest

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from api.clock import Clock
    from api.worker.runner import Worker

LONGEST_PAUSE_S = 30.0
COUNT_EVERY_S = 15.0
"""Counting a long queue costs more than looking for the next job, and Prometheus asks no oftener."""

STALE_S = 120.0
"""A loop that did not come round for this long hangs: a pause, a full batch and its verdicts fit in twice."""

log = structlog.get_logger(__name__)


class Liveness:
    """When the loop last came round."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last = clock()

    def mark(self) -> datetime:
        """Notes that the loop came round, and returns the moment."""
        self._last = self._clock()
        return datetime.fromtimestamp(self._last, UTC)

    def fresh(self) -> bool:
        """Returns whether the loop came round lately."""
        return self._clock() - self._last < STALE_S


async def run_until_stopped(worker: Worker, *, stop: asyncio.Event, clock: Clock) -> None:
    """Works until `stop` is set; a job at hand is finished first."""
    liveness = Liveness(clock)
    probes = _probes(worker, liveness)
    serving = asyncio.create_task(probes.serve())
    log.info("working", worker=worker.name, port=worker.settings.worker_port)
    failures, next_heartbeat, next_count = 0, clock(), clock()
    while not stop.is_set():
        now = liveness.mark()
        try:
            if clock() >= next_heartbeat:
                await worker.write_heartbeat(now=now)
                next_heartbeat = clock() + worker.settings.heartbeat_s
            claimed = await worker.run_batch(now=now)
            if clock() >= next_count:
                await worker.observe(now=now)
                next_count = clock() + COUNT_EVERY_S
        except Exception as error:  # noqa: BLE001 - whatever one row or one look did, the next is another
            failures, claimed = failures + 1, 0
            log.warning("no work possible", error=f"{type(error).__name__}: {error}", in_a_row=failures)
        else:
            failures = 0
        if claimed < worker.settings.worker_slots:
            pause = min(worker.settings.worker_poll_s * 2 ** min(failures, 10), LONGEST_PAUSE_S)
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), pause)
    log.info("stopped", worker=worker.name)
    probes.should_exit = True
    await serving


class _Probes(uvicorn.Server):
    """A server that leaves the signals to the worker."""

    def capture_signals(self) -> Any:
        """Captures nothing."""
        return nullcontext()


def _probes(worker: Worker, liveness: Liveness) -> uvicorn.Server:
    async def answer(scope: Scope, _receive: Receive, send: Send) -> None:
        status, kind, body = 404, b"text/plain", b"not found: /health and /metrics are here\n"
        if scope["path"] == "/health":
            status, word = (200, b"alive") if liveness.fresh() else (503, b"hangs")
            kind, body = b"application/json", b'{"status":"' + word + b'"}'
        elif scope["path"] == "/metrics":
            status, body = 200, generate_latest(worker.metrics.registry)
        headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    settings = worker.settings
    return _Probes(
        uvicorn.Config(
            answer,
            host=settings.host,
            port=settings.worker_port,
            lifespan="off",
            access_log=False,
            log_config=None,
        )
    )
