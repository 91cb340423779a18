"""The header fields of every answer, as OpenAPI describes them: what a client may rely on beside the body."""

from __future__ import annotations

from typing import Any, Final

_TEXT: Final = {"type": "string"}


def _field(text: str, **schema: Any) -> dict[str, Any]:
    return {"description": text, "schema": schema or _TEXT}


HEADERS: Final[dict[str, dict[str, Any]]] = {
    "ETag": _field(
        "Names this state; send it in If-Match or If-None-Match", type="string", pattern='^"[!#-~]*"$'
    ),
    "Last-Modified": _field("When it last changed; left out in the second of a change"),
    "Cache-Control": _field("Who may keep the answer: nobody, or this caller who asks again first"),
    "Cache-Status": _field("There when PostgreSQL is gone and this is what was true lately"),
    "Link": _field('The next page, as rel="next"; left out on the last'),
    "Location": _field("Where what was made answers"),
    "Idempotent-Replayed": _field(
        "There when this is the answer to the first request with this key", const="true"
    ),
    "Set-Cookie": _field("The refresh token, for who sent X-Session-Cookie: true"),
    "RateLimit-Policy": _field("The limit: its name, its quota, its window in seconds"),
    "RateLimit": _field("What is left of it, and in how many seconds it is whole again"),
    "Retry-After": _field("Seconds after which to come again: with 429 and 503", type="integer", minimum=1),
    "WWW-Authenticate": _field("How to sign in: with 401"),
    "Allow": _field("The methods that this path has: with 405"),
}
_EVERYWHERE: Final = ("Cache-Control",)
_LIMITED: Final = ("RateLimit-Policy", "RateLimit")
_READ: Final = ("ETag", "Last-Modified", "Cache-Status")
_OF: Final[dict[tuple[str, str, str], tuple[str, ...]]] = {
    ("/api/v1/tasks", "get", "200"): ("ETag", "Link", "Cache-Status"),
    ("/api/v1/tasks", "get", "304"): ("ETag",),
    ("/api/v1/tasks", "post", "201"): ("ETag", "Location", "Idempotent-Replayed"),
    ("/api/v1/tasks/{id}", "get", "200"): _READ,
    ("/api/v1/tasks/{id}", "get", "304"): _READ[:2],
    ("/api/v1/tasks/{id}", "patch", "200"): ("ETag",),
    ("/api/v1/tasks:bulk", "post", "200"): ("Idempotent-Replayed",),
    ("/api/v1/auth/register", "post", "201"): ("Location",),
    ("/api/v1/auth/login", "post", "200"): ("Set-Cookie",),
    ("/api/v1/auth/refresh", "post", "200"): ("Set-Cookie",),
    ("/api/v1/auth/logout", "post", "204"): ("Set-Cookie",),
    ("/api/v1/auth/logout-all", "post", "204"): ("Set-Cookie",),
}
_PROBLEM: Final = ("Retry-After", "WWW-Authenticate", "Allow")
ALWAYS: Final = frozenset({"Cache-Control", "ETag", "Location", *_LIMITED})
"""Where one of these is described, no answer is without it; problems have their own reasons."""


def describe_headers(path: str, method: str, code: str) -> dict[str, Any]:
    """Returns the fields of one answer, each a reference to its description."""
    names = _EVERYWHERE + _OF.get((path, method, code), ()) + (_PROBLEM if code == "default" else ())
    if path.startswith("/api/v1/"):
        names += _LIMITED
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}
