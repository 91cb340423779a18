"""Conditional requests of RFC 9110: 304 for what has not changed, 428 and 412 for blind writes."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from fastapi import Request, Response

from api.errors import Problem
from api.services import services_of

if TYPE_CHECKING:
    from api.cache import Answer, Slot
    from api.database_errors import DatabaseUnavailableError

_TAG = re.compile(r'(?:W/)?("[^"]*")')
ONE_TAG: Final = r'^(\*|(W/)?"[!#-~]*")$'
"""What If-Match may be here: a task is one thing and has one tag."""
_VERSION = re.compile(r'"(\d{1,9})"')


def matches(wanted: str, etag: str) -> bool:
    """Returns whether If-None-Match names this tag, compared weakly as section 13.1.2 asks for."""
    return wanted.strip() == "*" or etag in _TAG.findall(wanted)


def required_version(request: Request) -> int | None:
    """Returns the version in If-Match; None stands for `*`, any version.

    Raises:
        Problem: 428 if the header is missing; 400 if it is no tag; 412 if no version can have this tag.
    """
    wanted = request.headers.get("if-match")
    if wanted is None:
        raise Problem(428, "Send the task's ETag in If-Match, so that nobody's change is lost.")
    if not re.match(ONE_TAG, wanted.strip()):
        raise Problem(400, "If-Match takes the one ETag that the task was answered with, or *.")
    if wanted.strip() == "*":
        return None
    match = _VERSION.fullmatch(wanted.strip())
    if match is None:
        raise version_conflict()
    return int(match[1])


def version_conflict() -> Problem:
    """Returns the 412 of a version that is no longer the newest."""
    return Problem(HTTPStatus.PRECONDITION_FAILED, "The task has changed since you read it: read it again.")


def respond(request: Request, answer: Answer, headers: dict[str, str] | None = None) -> Response:
    """Answers 304 if the caller has it already, else 200 with the body."""
    fields = {"ETag": answer.etag, "Cache-Control": "private, no-cache", **(headers or {})}
    wanted = request.headers.get("if-none-match")
    if wanted is not None and matches(wanted, answer.etag):
        return Response(None, HTTPStatus.NOT_MODIFIED, fields)
    if answer.link:
        fields["Link"] = answer.link
    return Response(answer.body, HTTPStatus.OK, fields, "application/json")


def respond_stale(request: Request, slot: Slot | None, error: DatabaseUnavailableError) -> Response:
    """Answers with what was true lately, if anything is kept, while PostgreSQL is gone."""
    if slot is None or slot.stale is None:
        raise error
    services_of(request).metrics.stale.inc()
    return respond(request, slot.stale, {"Cache-Status": "toban; hit; detail=stale-on-error"})
