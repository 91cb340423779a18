"""Every error that a client sees is an RFC 9457 problem with one sentence that helps."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

import orjson
from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.routing import Match, Route

from api.trace import current_trace_id

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PROBLEM_JSON: Final = "application/problem+json"
QUOTA_EXCEEDED: Final = "https://iana.org/assignments/http-problem-types#quota-exceeded"
"""The registered type of draft-ietf-httpapi-ratelimit-headers-10."""


class Problem(Exception):  # noqa: N818 - the RFC's own word
    """An answer that is no success; raised anywhere below a route."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        kind: str = "about:blank",
        headers: Mapping[str, str] | None = None,
        **members: Any,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.kind = kind
        self.headers = dict(headers or {})
        self.members = members

    def body(self) -> bytes:
        """Returns the problem as JSON, with the trace id under which the log knows it."""
        return orjson.dumps(
            {
                "type": self.kind,
                "title": HTTPStatus(self.status).phrase,
                "status": self.status,
                "detail": self.detail,
                "trace_id": current_trace_id(),
                **self.members,
            }
        )

    def response(self) -> Response:
        """Returns the HTTP answer."""
        return Response(self.body(), self.status, self.headers, PROBLEM_JSON)


def unavailable(detail: str, *, retry_after_s: int = 1) -> Problem:
    """Returns the 503 that tells a client when to come again."""
    return Problem(HTTPStatus.SERVICE_UNAVAILABLE, detail, headers={"Retry-After": str(retry_after_s)})


def not_found() -> Problem:
    """Returns the 404 that another user's task and a missing one share."""
    return Problem(HTTPStatus.NOT_FOUND, "There is nothing here that you can see.")


async def on_problem(_request: Request, error: Exception) -> Response:
    """Answers a `Problem` that was raised."""
    if not isinstance(error, Problem):
        raise error
    return error.response()


async def on_http_exception(request: Request, error: Exception) -> Response:
    """Answers what the framework refuses by itself: 404, 405 and a body that is no JSON."""
    if not isinstance(error, HTTPException):
        raise error
    headers = dict(error.headers or {})
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        headers["Allow"] = ", ".join(_methods_of(request))
    return Problem(error.status_code, str(error.detail), headers=headers).response()


def _methods_of(request: Request) -> list[str]:
    """Returns every method of this path; the framework names those of its first route alone."""
    found: set[str] = set()
    for route in request.app.router.routes:
        if isinstance(route, Route) and route.matches(request.scope)[0] is not Match.NONE:
            found |= route.methods or set()
    return sorted(found | ({"HEAD"} if "GET" in found else set()))


async def on_invalid(_request: Request, error: Exception) -> Response:
    """Says where in the request each fault is, and never repeats the value, which may be a secret."""
    if not isinstance(error, RequestValidationError):
        raise error
    return invalid(error.errors()).response()


def invalid(faults: Sequence[Any], *, where: tuple[str | int, ...] = ()) -> Problem:
    """Returns the 422 of pydantic's findings."""
    found = [{"where": [*where, *fault["loc"]], "what": fault["msg"]} for fault in faults]
    return Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "The request does not fit the schema.", errors=found)
