"""Routes of the browser: one page, one style, one script, from this process alone."""

from functools import cache
from pathlib import Path
from typing import Final

from fastapi import APIRouter, Request, Response

from api.docs_page.render import page

router = APIRouter(include_in_schema=False)
CSP: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
)
_HEADERS: Final = {
    "Content-Security-Policy": CSP,
    "Cache-Control": "no-cache",
    "Referrer-Policy": "no-referrer",
}
_HERE: Final = Path(__file__).parent
_made: Final[dict[int, str]] = {}


@router.get("/docs")
async def docs(request: Request) -> Response:
    """Answers with the page of this application's description, made at the first request."""
    key = id(request.app)
    if key not in _made:
        _made.clear()
        _made[key] = page(request.app.openapi())
    return Response(_made[key], 200, _HEADERS, "text/html")


@router.get("/docs/docs.css")
async def style() -> Response:
    """Answers with the page's style."""
    return Response(_file("docs.css"), 200, _HEADERS, "text/css")


@router.get("/docs/docs.js")
async def script() -> Response:
    """Answers with the page's script."""
    return Response(_file("docs.js"), 200, _HEADERS, "text/javascript")


@cache
def _file(name: str) -> bytes:
    return (_HERE / name).read_bytes()
