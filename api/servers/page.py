"""The built task page in front of the API, on one address: what nginx and the load balancer do in production.

The header fields and the page's own addresses are read from `frontend/nginx.conf`, so that what a laptop
serves is what production serves. `python -m api.servers.page` is the API with the page around it.
"""

from __future__ import annotations

import hashlib
import mimetypes
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from api.conditional import read_tags
from api.logs import configure
from api.server import serve
from api.settings import Settings, SettingsError

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    Fields = list[tuple[bytes, bytes]]

FRONTEND: Final = Path(__file__).parents[2] / "frontend"
TO_API: Final = re.compile(r"/(api|docs)(/.*)?|/(health|ready|startup|metrics)")
"""Paths that the API answers; of these the load balancer sends only /api on the page's host."""
_ADD_HEADER: Final = re.compile(r'^\s*add_header ([\w-]+) (?:"([^"]+)"|([^\s"]+)) always;', re.MULTILINE)
_ADDRESS: Final = re.compile(r"location = (/\S*) \{\s*try_files /index\.html ")
_ENCODINGS: Final = {".br": "br", ".gz": "gzip"}


class File(NamedTuple):
    """One file in all the encodings that the build made of it; "" is the plain one."""

    kind: str
    bodies: dict[str, bytes]
    etag: str


_NOTHING: Final = File("text/plain", {"": b"not found\n"}, '"0"')


def built(frontend: Path = FRONTEND) -> Path | None:
    """Returns the folder of the built page; None if nobody has built it."""
    folder = frontend / "dist" / "page"
    whole = (folder / "index.html").is_file() and (frontend / "nginx.conf").is_file()
    return folder if whole else None


class Page:
    """Answers with the page's files, and leaves the rest to the API.

    Args:
        api: the application behind it.
        folder: the built page; read once.
        nginx: the text of production's nginx.conf.
    """

    def __init__(self, api: ASGIApp, folder: Path, nginx: str) -> None:
        self._api = api
        self._files = _read(folder)
        self._addresses = set(_ADDRESS.findall(nginx)) | {"/"}
        self._headers: Fields = [
            (name.lower().encode(), (quoted or bare).encode())
            for name, quoted, bare in _ADD_HEADER.findall(nginx)
            if not (quoted or bare).startswith("$")
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        if scope["type"] != "http" or TO_API.fullmatch(scope["path"]):
            await self._api(scope, receive, send)
            return
        status, headers, body = self._answer(scope)
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})

    def _answer(self, scope: Scope) -> tuple[int, Fields, bytes]:
        if scope["method"] not in {"GET", "HEAD"}:
            return 405, [*self._headers, (b"allow", b"GET, HEAD"), (b"content-length", b"0")], b""
        path = "/index.html" if scope["path"] in self._addresses else scope["path"]
        file = self._files.get(path)
        found, file = file is not None, file or self._files.get("/404.html", _NOTHING)
        asked = dict(scope["headers"])
        hashed = found and path.startswith("/assets/")
        headers = [
            *self._headers,
            (b"cache-control", b"public, max-age=31536000, immutable" if hashed else b"no-cache"),
            (b"content-type", file.kind.encode()),
            (b"vary", b"Accept-Encoding"),
        ]
        if found:
            headers.append((b"etag", file.etag.encode()))
            tags = read_tags(asked.get(b"if-none-match", b"").decode("latin-1"))
            if tags and tags.names(file.etag, weakly=True):
                return 304, headers, b""
        encoding = _chosen(asked.get(b"accept-encoding", b"").decode("latin-1"), file)
        if encoding:
            headers.append((b"content-encoding", encoding.encode()))
        body = file.bodies[encoding]
        headers.append((b"content-length", str(len(body)).encode()))
        return 200 if found else 404, headers, body


def _read(folder: Path) -> dict[str, File]:
    files = {}
    for path in folder.rglob("*"):
        if not path.is_file() or path.suffix in _ENCODINGS:
            continue
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        kind = {"application/javascript": "text/javascript"}.get(kind, kind)
        bodies = {"": path.read_bytes()}
        for suffix, encoding in _ENCODINGS.items():
            beside = path.with_name(path.name + suffix)
            if beside.is_file():
                bodies[encoding] = beside.read_bytes()
        charset = "; charset=utf-8" if kind.startswith(("text/", "image/svg")) else ""
        etag = f'W/"{hashlib.blake2b(bodies[""], digest_size=12).hexdigest()}"'
        files["/" + path.relative_to(folder).as_posix()] = File(kind + charset, bodies, etag)
    return files


def _chosen(accepted: str, file: File) -> str:
    """Returns the smallest encoding that the caller takes; "" is none."""
    parts = (part.partition(";") for part in accepted.split(","))
    weights = {name.strip().lower(): weight.replace(" ", "") for name, _, weight in parts}
    for encoding in _ENCODINGS.values():
        if encoding in file.bodies and not re.fullmatch(r"q=0(\.0*)?", weights.get(encoding, "q=0")):
            return encoding
    return ""


def main() -> int:
    """Serves the page in PAGE_DIR and the API; returns 0, or 2 when the settings were refused."""
    try:
        settings = Settings.from_environment()
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    configure(settings.log_level)
    folder = Path(os.environ["PAGE_DIR"])
    nginx = (folder.parents[1] / "nginx.conf").read_text(encoding="utf-8")
    serve(settings, around=lambda api: Page(api, folder, nginx))
    return 0


if __name__ == "__main__":
    sys.exit(main())
