"""Nobody reaches a route of the API without passing here: who is it, may they, is the answer known already?

Closed by default: a path under /api/v1 that is not in `OPEN` needs a valid access token, so a new route
cannot forget to ask for one. Limits, session, cache version and cached answer come from Redis in one script,
one round trip. Without Redis a token stays good until it expires, at most 15 minutes, unless this replica
knows that its session has ended; limits are counted locally; nothing is cached.
"""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl

from api.answer_places import place_of
from api.cache import Slot, fields_of
from api.conditional import http_date, preconditions, verdict, version_conflict
from api.errors import Problem, unavailable
from api.gate_script import NOWHERE, Question, ask
from api.rate_limit import Allowance, limits_of, too_many
from api.redis_link import RedisUnavailableError

if TYPE_CHECKING:
    from starlette.requests import HTTPConnection
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from api.auth.tokens import Claims
    from api.services import Services

API: Final = "/api/v1/"
OPEN: Final = frozenset(
    API + path for path in ("auth/register", "auth/login", "auth/refresh", "auth/logout", "openapi.json")
)
_TASK = re.compile(r"/api/v1/tasks/[^/]+")
_TASKS = "/api/v1/tasks"
_CLAIMS = "toban.claims"
_SLOT = "toban.slot"


class Gate:
    """Stands between the edge and the routes."""

    def __init__(self, app: ASGIApp, services: Services) -> None:
        self._app = app
        self._services = services

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Lets the request through, answers it from the cache, or refuses it."""
        path = scope.get("path", "")
        if scope["type"] != "http" or not path.startswith(API):
            await self._app(scope, receive, send)
            return
        if scope["method"] == "OPTIONS":
            await self._app(scope, receive, send)
            return
        self._refuse_if_degraded(scope)
        headers = dict(scope["headers"])
        claims = None if path in OPEN else self._claims(headers.get(b"authorization", b""))
        scope[_CLAIMS] = claims
        limit_headers: list[tuple[bytes, bytes]] = []
        answer = await self._ask_redis(scope, claims, limit_headers)
        if claims is None and path not in OPEN:
            raise unauthorized()  # only now: a forged token is counted like everything else
        if answer is not None:
            scope["toban.route"] = _TASKS if path == _TASKS else _TASKS + "/{id}"
            self._services.telemetry.name("GET", scope["toban.route"])
            await self._send_cached(send, answer, scope, limit_headers)
            return

        async def send_more(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *limit_headers]
            await send(message)

        await self._app(scope, receive, send_more)

    def _refuse_if_degraded(self, scope: Scope) -> None:
        mode, path = self._services.health.mode, scope["path"]
        writes = scope["method"] != "GET" and (
            path.startswith((_TASKS, API + "users")) or path.endswith("/register")
        )
        if writes and not mode.writes:
            raise unavailable("Only reading is served at the moment.", retry_after_s=30)
        if mode.expensive_features:
            return
        if path.endswith(":bulk") or (path == _TASKS and _asks_to_search(scope["query_string"])):
            raise unavailable("Search and bulk are switched off at the moment.", retry_after_s=30)

    def _claims(self, authorization: bytes) -> Claims | None:
        scheme, _, token = authorization.partition(b" ")
        return self._services.tokens.verify_access(token) if scheme.lower() == b"bearer" else None

    async def _ask_redis(
        self, scope: Scope, claims: Claims | None, limit_headers: list[tuple[bytes, bytes]]
    ) -> bytes | None:
        """Asks Redis everything at once; returns the packed fresh answer, or None if there is none."""
        services = self._services
        counted = limits_of(services.settings, scope, claims.user_id if claims else None)
        limits = counted.limits
        session = version_key = ""
        place = NOWHERE
        if claims is not None:
            session = f"session:{claims.session}"
            if _cacheable(scope) and await services.cache.usable_for(claims.user_id):
                version_key = services.cache.version_key(claims.user_id)
                place = place_of(claims.user_id, scope["path"], scope["query_string"])
        try:
            answer = await ask(services.redis, Question(counted, session, version_key, place))
        except RedisUnavailableError:
            limit_headers += services.limiter.admit(limits)[0].headers()
            self._trust_unchecked(claims)
            return None
        refused_by, wait_us, session_lives, version, packed, ways, remaining, reset_us, *_ = answer
        if refused_by:
            refused = limits[refused_by - 1]
            services.metrics.limited.labels(refused.name).inc()
            raise too_many(refused, wait_us / 1e6)
        if claims is not None and not session_lives:
            services.sessions.ended.add(claims.session)
            raise unauthorized()
        limit_headers += Allowance(limits[0], remaining, -(-reset_us // 1_000_000)).headers()
        if place is NOWHERE:
            return None
        slot = scope[_SLOT] = Slot(place, version, packed, ways)
        return await services.cache.fresh(slot)

    def _trust_unchecked(self, claims: Claims | None) -> None:
        """Counts a token that Redis could not be asked about; refuses it if its session is known gone."""
        if claims is None:
            return
        if self._services.sessions.ended.knows(claims.session):
            raise unauthorized()
        self._services.metrics.unchecked.inc()

    async def _send_cached(
        self, send: Send, packed: bytes, scope: Scope, limit_headers: list[tuple[bytes, bytes]]
    ) -> None:
        _, etag, link, modified, body = fields_of(packed)
        headers = [(b"etag", etag), (b"cache-control", b"private, no-cache"), *limit_headers]
        if modified:
            headers.append((b"last-modified", modified))
        if asked := preconditions(scope["headers"]):
            found = verdict(asked, etag.decode(), http_date(modified.decode()))
            if found is HTTPStatus.PRECONDITION_FAILED:
                raise version_conflict()
            if found is HTTPStatus.NOT_MODIFIED:
                self._services.metrics.unchanged.inc()
                await send({"type": "http.response.start", "status": 304, "headers": headers})
                await send({"type": "http.response.body", "body": b""})
                return
        self._services.metrics.hit.inc()
        if link:
            headers.append((b"link", link))
        headers.append((b"content-type", b"application/json"))
        headers.append((b"content-length", b"%d" % len(body)))
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})


def _asks_to_search(query: bytes) -> bool:
    """Reads the query as the route will, so that `%71=` is no way past."""
    return any(name == "q" for name, _ in parse_qsl(query.decode("latin-1"), keep_blank_values=True))


def _cacheable(scope: Scope) -> bool:
    path = scope["path"]
    return scope["method"] == "GET" and (path == _TASKS or _TASK.fullmatch(path) is not None)


def unauthorized() -> Problem:
    """Returns the 401 that a missing, a forged, an expired and a revoked token share."""
    return Problem(
        401, "A valid access token is needed: sign in again.", headers={"WWW-Authenticate": "Bearer"}
    )


def claims_of(request: HTTPConnection) -> Claims:
    """Returns who asks; the gate has made sure that somebody does."""
    claims: Claims | None = request.scope.get(_CLAIMS)
    if claims is None:
        raise unauthorized()
    return claims


def slot_of(request: HTTPConnection) -> Slot | None:
    """Returns where this answer may be cached; None if it may not."""
    slot: Slot | None = request.scope.get(_SLOT)
    return slot
