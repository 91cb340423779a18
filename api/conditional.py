"""Conditional requests of RFC 9110, section 13: 304 for what has not changed, 412 and 428 for blind writes.

A task's tag is its version, the list's a hash of what it says. Reads hold every precondition in the RFC's
order. Writes need `If-Match`: a date counts seconds, and two changes of one second would look the same.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Final, NamedTuple

from fastapi import Request, Response

from api.errors import Problem
from api.services import services_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from api.cache import Answer, Slot
    from api.database_errors import DatabaseUnavailableError

TAGS: Final = r'^(\*|(W/)?"[!#-~]*"(, ?(W/)?"[!#-~]*")*)$'
"""What If-Match and If-None-Match hold, for the description; the grammar's rarer forms are left out of it."""
_TAG: Final = r'(?:W/)?"[!#-~\x80-\xff]*"'
_LIST: Final = re.compile(rf"[ \t,]*{_TAG}[ \t]*(?:,[ \t]*(?:{_TAG})?[ \t]*)*")
_ONE: Final = re.compile(_TAG)
_VERSION: Final = re.compile(r'"([1-9]\d{0,8})"')
_DATE: Final = re.compile(
    r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT"  # the one to send
    r"|\w{6,9}, \d\d-\w{3}-\d\d \d\d:\d\d:\d\d GMT"  # RFC 850
    r"|\w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d \d{4}"  # asctime
)
_NAMES: Final = (b"if-match", b"if-none-match", b"if-modified-since", b"if-unmodified-since")


class Tags(NamedTuple):
    """A list of entity tags, or `*`; None of a malformed list."""

    tags: tuple[str, ...] = ()
    any: bool = False

    def names(self, etag: str, *, weakly: bool) -> bool:
        """Returns whether this names the tag; strongly, a weak tag equals nothing, itself included."""
        if self.any:
            return True
        if not weakly:
            return etag in self.tags and not etag.startswith("W/")
        return etag.removeprefix("W/") in {tag.removeprefix("W/") for tag in self.tags}


def read_tags(text: str) -> Tags | None:
    """Returns the tags of a field's value; None if it is none that the RFC's grammar knows."""
    text = text.strip(" \t")
    if text == "*":
        return Tags(any=True)
    return Tags(tuple(_ONE.findall(text))) if _LIST.fullmatch(text) else None


def preconditions(headers: Iterable[tuple[bytes, bytes]]) -> dict[bytes, str]:
    """Returns the preconditions among a request's fields; what is sent in several lines is one list."""
    found: dict[bytes, str] = {}
    for name, value in headers:
        if name in _NAMES:
            text = value.decode("latin-1")
            found[name] = f"{found[name]}, {text}" if name in found else text
    return found


def verdict(asked: dict[bytes, str], etag: str, modified: datetime | None) -> HTTPStatus | None:
    """Returns 412 or 304 when a read's preconditions ask for it, else None (RFC 9110, section 13.2.2).

    Args:
        asked: what `preconditions` found.
        etag: the representation's tag.
        modified: when it last changed, in whole seconds; None if nobody knows, which leaves dates unheard.
    """
    if b"if-match" in asked:
        tags = read_tags(asked[b"if-match"])
        if tags is None or not tags.names(etag, weakly=False):
            return HTTPStatus.PRECONDITION_FAILED
    elif modified and (since := http_date(asked.get(b"if-unmodified-since"))) and modified > since:
        return HTTPStatus.PRECONDITION_FAILED
    if b"if-none-match" in asked:
        tags = read_tags(asked[b"if-none-match"])
        return HTTPStatus.NOT_MODIFIED if tags and tags.names(etag, weakly=True) else None
    if modified and (since := http_date(asked.get(b"if-modified-since"))) and modified <= since:
        return HTTPStatus.NOT_MODIFIED
    return None


def required_versions(request: Request) -> list[int] | None:
    """Returns the versions that If-Match names; None stands for `*`, any version.

    Raises:
        Problem: 428 if the header is missing; 400 if it is no list of tags, or if If-None-Match is there too;
        412 if no version can have one of these tags.
    """
    asked = preconditions(request.scope["headers"])
    if b"if-none-match" in asked:
        raise Problem(400, "If-None-Match is for reading: a write names in If-Match what it has seen.")
    if b"if-match" not in asked:
        raise Problem(428, "Send the task's ETag in If-Match, so that nobody's change is lost.")
    tags = read_tags(asked[b"if-match"])
    if tags is None:
        raise Problem(400, "If-Match takes the ETags that the task was answered with, or *.")
    if tags.any:
        return None
    versions = [int(match[1]) for match in map(_VERSION.fullmatch, tags.tags) if match]
    if not versions:
        raise version_conflict()
    return versions


def version_conflict() -> Problem:
    """Returns the 412 of a version that is no longer the newest."""
    return Problem(HTTPStatus.PRECONDITION_FAILED, "The task has changed since you read it: read it again.")


def last_modified(moment: datetime, now: float) -> str:
    """Returns the Last-Modified field for a change at `moment` (UTC); "" in the very second of it.

    In that second another change may follow, which nobody could tell from this one by its date.
    """
    stamp = moment.replace(tzinfo=UTC, microsecond=0)
    return format_datetime(stamp, usegmt=True) if stamp.timestamp() + 1 <= now else ""


def respond(request: Request, answer: Answer, headers: dict[str, str] | None = None) -> Response:
    """Answers 304 or 412 if the request asks for it, else 200 with the body."""
    fields = {"ETag": answer.etag, "Cache-Control": "private, no-cache", **(headers or {})}
    if answer.modified:
        fields["Last-Modified"] = answer.modified
    if asked := preconditions(request.scope["headers"]):
        found = verdict(asked, answer.etag, http_date(answer.modified))
        if found is HTTPStatus.PRECONDITION_FAILED:
            raise version_conflict()
        if found is HTTPStatus.NOT_MODIFIED:
            return Response(None, 304, fields)
    if answer.link:
        fields["Link"] = answer.link
    return Response(answer.body, 200, fields, "application/json")


async def respond_stale(request: Request, slot: Slot | None, error: DatabaseUnavailableError) -> Response:
    """Answers with what was true lately, if anything is kept, while PostgreSQL is gone."""
    services = services_of(request)
    answer = await services.cache.stale(slot) if slot is not None else None
    if answer is None:
        raise error
    services.metrics.stale.inc()
    return respond(request, answer, {"Cache-Status": "toban; hit; detail=stale-on-error"})


def http_date(text: str | None) -> datetime | None:
    """Returns the moment of an HTTP date; None if the text is none, and then nobody heeds it."""
    if not text or not _DATE.fullmatch(text):
        return None
    try:
        return parsedate_to_datetime(text).replace(tzinfo=UTC)
    except ValueError:
        return None
