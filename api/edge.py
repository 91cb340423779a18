"""The outermost layer: trace, deadline, places, metrics, access log, and the 500 that hides its reason.

Pure ASGI. Starlette's BaseHTTPMiddleware costs as much as a whole small endpoint. HEAD is answered here, once
for every route that has GET: as GET, without the body.
"""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING, Final

import structlog

from api import trace
from api.addresses import caller_of
from api.clock import steady_clock
from api.deadlines import Deadline, Deadlines
from api.errors import Problem, unavailable
from api.exchange import HUNG_UP, Exchange
from api.telemetry import QUIET

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from api.services import Services

BUSY: Final = "Too many requests are being answered at this moment."
FAILED_FROM: Final = 500
"""The first status that says it was our fault."""
METHODS: Final = frozenset({"GET", "POST", "PATCH", "PUT", "DELETE", "HEAD", "OPTIONS"})
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")

log = structlog.get_logger("api.access")


class Edge:
    """Wraps every request."""

    def __init__(self, app: ASGIApp, services: Services) -> None:
        self._app = app
        self._services = services
        self._in_flight = 0
        self._deadlines = Deadlines(services.settings.request_s)
        self._open = 0
        self._open_of: dict[str, int] = {}
        services.metrics.in_flight.set_function(lambda: self._open)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request, whatever happens inside."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        trace.begin(headers.get(b"traceparent"))
        self._services.telemetry.follow()
        caller = caller_of(scope)
        exchange = Exchange(self._services, scope, receive, send, self._take_place)
        inner = {**scope, "method": "GET"} if scope["method"] == "HEAD" else scope
        started = steady_clock()
        self._open_of[caller] = open_now = self._open_of.get(caller, 0) + 1
        self._open += 1
        try:
            await self._answer(exchange, inner, headers, open_now)
        finally:
            self._in_flight -= exchange.placed
            self._close(caller)
            self._open -= 1
            self._record(inner, scope["method"], exchange.status, steady_clock() - started)

    async def _answer(
        self, exchange: Exchange, scope: Scope, headers: dict[bytes, bytes], open_now: int
    ) -> None:
        try:
            _refuse_two_readings(scope)
            self._keep_doors_apart(scope)
            if open_now > self._services.settings.caller_concurrency:
                self._refuse_too_many(scope)
            exchange.begin(headers)
            with Deadline(self._deadlines):
                await self._app(scope, exchange.receive, exchange.send)
        except Problem as problem:
            await exchange.fail(problem)
        except TimeoutError:
            await exchange.fail(unavailable("The request took too long and was given up."))
        except Exception:
            if exchange.hung_up:
                exchange.status = HUNG_UP
                log.info("the caller hung up", path=scope["path"], method=scope["method"])
                return
            log.exception("unexpected error", path=scope["path"], method=scope["method"])
            await exchange.fail(Problem(500, "Something went wrong here. The trace id finds it in our log."))

    def _keep_doors_apart(self, scope: Scope) -> None:
        """Hides what the cluster asks from the Internet's door, and everything else from the cluster's."""
        probe_port = self._services.settings.probe_port
        if probe_port is None or scope["path"] == "/health":
            return
        at_probes = bool(scope.get("server")) and scope["server"][1] == probe_port
        if at_probes != (scope["path"] in QUIET):
            raise Problem(404, "There is nothing here that you can see.")

    def _close(self, caller: str) -> None:
        left = self._open_of[caller] - 1
        if left:
            self._open_of[caller] = left
        else:
            del self._open_of[caller]

    def _take_place(self, scope: Scope) -> bool:
        """Takes one of the places for requests that are here as a whole; probes need none.

        Raises:
            Problem: 503 if there is none.
        """
        if scope["path"] in QUIET:
            return False
        if self._in_flight >= self._services.settings.concurrency:
            raise unavailable(BUSY)
        self._in_flight += 1
        return True

    def _refuse_too_many(self, scope: Scope) -> None:
        if scope["path"] in QUIET:
            return
        self._services.metrics.limited.labels("open").inc()
        most = self._services.settings.caller_concurrency
        text = f"More than {most} requests of this address are open: wait for their answers."
        raise Problem(429, text, headers={"Retry-After": "1"})

    def _record(self, scope: Scope, method: str, status: int, seconds: float) -> None:
        path = scope["path"]
        if path in QUIET:
            return
        route = str(scope.get("toban.route") or getattr(scope.get("route"), "path", "unmatched"))
        method = method if method in METHODS else "other"
        self._services.metrics.observe(route, method, status, seconds)
        failed = status >= FAILED_FROM
        share = self._services.settings.access_log_share
        if failed or share >= 1 or random.random() < share:  # noqa: S311 - a sample, not a secret
            self._services.access_log.record(method, route, status, seconds)


def _refuse_two_readings(scope: Scope) -> None:
    """Refuses what two readers of one request could read differently (RFC 9112, section 3.2)."""
    hosts = [name for name, _ in scope["headers"]].count(b"host")
    if hosts > 1 or (not hosts and scope.get("http_version") == "1.1"):
        raise Problem(400, "A request names one Host.")
    if _CONTROL.search(scope["path"]):
        raise Problem(400, "A path has no control characters.")
