"""The outermost layer: trace, deadline, body size, metrics, access log, and the 500 that hides its reason.

Pure ASGI. Starlette's BaseHTTPMiddleware costs as much as a whole small endpoint.
"""

from __future__ import annotations

import asyncio
import random
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

import structlog

from api import trace
from api.clock import steady_clock
from api.errors import PROBLEM_JSON, Problem, unavailable
from api.telemetry import QUIET

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from api.services import Services

BUSY: Final = "Too many requests are being answered at this moment."
METHODS: Final = frozenset({"GET", "POST", "PATCH", "PUT", "DELETE", "HEAD", "OPTIONS"})

log = structlog.get_logger("api.access")


async def send_problem(send: Send, problem: Problem) -> None:
    """Answers with a problem from outside of any route."""
    body = problem.body()
    headers = [(b"content-type", PROBLEM_JSON.encode()), (b"content-length", str(len(body)).encode())]
    headers += [(name.lower().encode(), value.encode()) for name, value in problem.headers.items()]
    await send({"type": "http.response.start", "status": problem.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


class Edge:
    """Wraps every request."""

    def __init__(self, app: ASGIApp, services: Services) -> None:
        self._app = app
        self._services = services
        self._in_flight = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request, whatever happens inside."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        trace.begin(headers.get(b"traceparent"))
        self._services.telemetry.follow()
        exchange = _Exchange(self._services, scope, receive, send)
        started = steady_clock()
        self._in_flight += 1
        self._services.metrics.in_flight.inc()
        try:
            await self._answer(exchange, scope, headers)
        finally:
            self._in_flight -= 1
            self._services.metrics.in_flight.dec()
            self._record(scope, exchange.status, steady_clock() - started)

    async def _answer(self, exchange: _Exchange, scope: Scope, headers: dict[bytes, bytes]) -> None:
        try:
            if self._in_flight > self._services.settings.concurrency and scope["path"] not in QUIET:
                raise unavailable(BUSY)  # noqa: TRY301 - one door
            exchange.refuse_large(headers.get(b"content-length"))
            async with asyncio.timeout(self._services.settings.request_s):
                await self._app(scope, exchange.receive, exchange.send)
        except Problem as problem:
            await exchange.fail(problem)
        except TimeoutError:
            await exchange.fail(unavailable("The request took too long and was given up."))
        except Exception:
            log.exception("unexpected error", path=scope["path"], method=scope["method"])
            await exchange.fail(Problem(500, "Something went wrong here. The trace id finds it in our log."))

    def _record(self, scope: Scope, status: int, seconds: float) -> None:
        path = scope["path"]
        if path in QUIET:
            return
        route = str(scope.get("toban.route") or getattr(scope.get("route"), "path", "unmatched"))
        method: str = scope["method"] if scope["method"] in METHODS else "other"
        self._services.metrics.observe(route, method, status, seconds)
        failed = status >= HTTPStatus.INTERNAL_SERVER_ERROR
        share = self._services.settings.access_log_share
        if failed or share >= 1 or random.random() < share:  # noqa: S311 - a sample, not a secret
            self._services.access_log.record(method, route, status, seconds)


class _Exchange:
    """One request's two channels, with a limit on one and a status read off the other."""

    def __init__(self, services: Services, scope: Scope, receive: Receive, send: Send) -> None:
        self._services = services
        self._receive = receive
        self._send = send
        bulk = scope["path"].endswith(":bulk")
        self._limit = services.settings.bulk_body_bytes if bulk else services.settings.body_bytes
        self._read = 0
        self.status = 0

    def refuse_large(self, length: bytes | None) -> None:
        if length is not None and length.isdigit() and int(length[:12]) > self._limit:
            raise self._too_large()

    def _too_large(self) -> Problem:
        return Problem(413, f"The body is larger than {self._limit} bytes.")

    async def receive(self) -> Message:
        message = await self._receive()
        self._read += len(message.get("body", b""))
        if self._read > self._limit:
            raise self._too_large()
        return message

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = message["headers"] = list(message.get("headers", ()))
            headers.append((b"x-content-type-options", b"nosniff"))
            if self._services.health.draining:
                headers.append((b"connection", b"close"))
        await self._send(message)

    async def fail(self, problem: Problem) -> None:
        if not self.status:
            await send_problem(self.send, problem)
