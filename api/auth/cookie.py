"""The refresh token in a cookie that no script can read, for a page on the API's own origin.

A client asks for it with `X-Session-Cookie: true`. A browser sends the cookie by itself, so whoever wants to
use it must also show that the request comes from the page of this origin: a form of another site can neither
set the header, nor send JSON, nor name our origin in `Origin`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from api.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi import Request, Response

    from api.settings import Settings

HEADER: Final = "X-Session-Cookie"
NAME: Final = "__Secure-refresh"
_HOST: Final = re.compile(r"([a-z0-9._-]+|\[[0-9a-f:.]+\])(:\d{1,5})?")
PATH: Final = "/api/v1/auth"
_ATTRIBUTES: Final = f"Path={PATH}; HttpOnly; Secure; SameSite=Strict"


def wanted(request: Request, settings: Settings) -> bool:
    """Returns whether the caller keeps its refresh token in the cookie.

    Raises:
        Problem: 403 if it does but is no page of this origin.
    """
    if request.headers.get(HEADER, "").lower() != "true":
        return False
    origins = request.headers.getlist("origin")
    if len(origins) != 1 or origins[0].lower() not in set(_own_origins(request, settings)):
        raise Problem(403, "The cookie is for the page of this origin alone: others send the token itself.")
    return True


def token_of(request: Request) -> str | None:
    """Returns the token in the cookie; None if there is none, or more than one: a neighbour put it there."""
    pairs = [pair for line in request.headers.getlist("cookie") for pair in line.split(";")]
    found = [text for name, _, text in (pair.strip().partition("=") for pair in pairs) if name == NAME]
    return found[0] if len(found) == 1 else None


def keep(response: Response, token: str, *, life_s: int) -> Response:
    """Puts the token into the cookie for as long as the session lives unused, and returns the response."""
    response.headers.append("set-cookie", f"{NAME}={token}; Max-Age={life_s}; {_ATTRIBUTES}")
    return response


def drop(response: Response) -> Response:
    """Takes the cookie away again, and returns the response."""
    response.headers.append("set-cookie", f"{NAME}=; Max-Age=0; {_ATTRIBUTES}")
    return response


def _own_origins(request: Request, settings: Settings) -> Iterator[str]:
    yield from (origin.strip().lower() for origin in settings.app_origins.split(",") if origin.strip())
    hosts = [request.headers.get("host", "")]
    if settings.trusted_proxies:
        # Only a proxy of ours may say what the browser asked for; and only one that we believe at all.
        hosts += request.headers.getlist("x-forwarded-host")
    for host in hosts:
        name = host.strip().lower()
        if _HOST.fullmatch(name):
            yield f"https://{name}"
            if request.url.scheme == "http":
                yield f"http://{name}"
