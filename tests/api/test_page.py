"""`toban api up` serves the built page and the API on one address, with the fields of production's nginx."""

from __future__ import annotations

import gzip
import re
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from api.servers.page import FRONTEND, Page, built
from api.servers.stack import programs

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from api import servers as real

NGINX = """
    add_header Cache-Control $cache_control always;
    add_header Content-Security-Policy "default-src 'none'; script-src 'self'" always;
    add_header X-Content-Type-Options nosniff always;
    location = / {
      try_files /index.html =404;
    }
    location = /sessions {
      try_files /index.html =404;
    }
"""
SCRIPT = "/assets/index-a1b2.js"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    page = tmp_path / "frontend" / "dist" / "page"
    (page / "assets").mkdir(parents=True)
    (tmp_path / "frontend" / "nginx.conf").write_text(NGINX)
    (tmp_path / "secret.txt").write_text("not the page's")
    for name, text in {
        "index.html": "<p>tasks</p>",
        "404.html": "<p>nothing</p>",
        SCRIPT[1:]: "go()" * 50,
    }.items():
        (page / name).write_text(text)
        (page / f"{name}.gz").write_bytes(gzip.compress(text.encode()))
        (page / f"{name}.br").write_bytes(b"as brotli")
    return page


@pytest.fixture
async def client(folder: Path) -> AsyncIterator[httpx.AsyncClient]:
    async def api(scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"api " + scope["path"].encode()})

    transport = httpx.ASGITransport(Page(api, folder, NGINX))
    async with httpx.AsyncClient(transport=transport, base_url="http://here") as found:
        yield found


async def test_each_path_goes_to_whom_it_belongs(client: httpx.AsyncClient) -> None:
    plain = {"accept-encoding": "identity"}
    told = {
        path: (answer.status_code, answer.text[:12])
        for path in (
            "/",
            "/sessions",
            "/nowhere",
            "/apis",
            SCRIPT,
            "/../secret.txt",
            "/%2e%2e/secret.txt",
            "/assets/x",
        )
        for answer in [await client.get(path, headers=plain)]
    }

    assert told == {
        "/": (200, "<p>tasks</p>"),
        "/sessions": (200, "<p>tasks</p>"),
        SCRIPT: (200, "go()go()go()"),
        **dict.fromkeys(
            ("/nowhere", "/apis", "/../secret.txt", "/%2e%2e/secret.txt", "/assets/x"), (404, "<p>nothing</")
        ),
    }
    for path in ("/api/v1/tasks", "/docs", "/docs/docs.js", "/health", "/ready", "/metrics"):
        assert (await client.post(path)).text == f"api {path}"
    assert (await client.post("/")).status_code == 405


async def test_every_answer_of_the_page_has_nginxs_fields(client: httpx.AsyncClient) -> None:
    for path in ("/", "/nowhere", SCRIPT):
        answer = await client.get(path)
        assert answer.headers["content-security-policy"] == "default-src 'none'; script-src 'self'"
        assert answer.headers["x-content-type-options"] == "nosniff"
        kept = "public, max-age=31536000, immutable" if path == SCRIPT else "no-cache"
        assert answer.headers["cache-control"] == kept
    again = await client.get("/", headers={"if-none-match": (await client.get("/")).headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    head = await client.head("/")
    assert (head.status_code, head.content) == (200, b"")


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [("gzip, br", "br"), ("gzip", "gzip"), ("br;q=0, gzip;q=0.5", "gzip"), ("", None), ("identity", None)],
)
async def test_what_the_build_compressed_is_sent_as_it_is(
    folder: Path, client: httpx.AsyncClient, accepted: str, encoding: str | None
) -> None:
    async with client.stream("GET", SCRIPT, headers={"accept-encoding": accepted}) as answer:
        sent = b"".join([piece async for piece in answer.aiter_raw()])

    assert answer.headers.get("content-encoding") == encoding
    suffix = {"br": ".br", "gzip": ".gz", None: ""}[encoding]
    assert sent == (folder / (SCRIPT[1:] + suffix)).read_bytes()
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"


def test_page_and_api_answer_on_one_address(
    servers: real.Pair, database_url: str, redis_url: str, server_folder: Path, folder: Path
) -> None:
    logs = server_folder / f"page-{servers.kind}"
    logs.mkdir()
    api = programs(database_url=database_url, redis_url=redis_url, folder=logs, settings={}, page=folder).api
    api.start()
    try:
        with httpx.Client(base_url=api.url) as client:
            page, ready, docs = client.get("/"), client.get("/ready"), client.get("/docs")
            account = {"username": "one-origin", "password": "correct horse battery"}
            client.post(
                "/api/v1/auth/register", json=account | {"email": "one@example.org"}
            ).raise_for_status()
            asks = {"x-session-cookie": "true", "origin": api.url}
            entered = client.post("/api/v1/auth/login", json=account, headers=asks)
            cookie = entered.headers["set-cookie"].partition(";")[0]
            renewed = client.post("/api/v1/auth/refresh", json={}, headers=asks | {"cookie": cookie})
    finally:
        api.stop()

    assert [answer.status_code for answer in (page, ready, docs, entered, renewed)] == [200] * 5
    assert page.text == "<p>tasks</p>"


def test_a_page_that_is_not_built_is_none(tmp_path: Path) -> None:
    assert built(tmp_path) is None


def test_the_fields_are_read_from_the_very_nginx_conf() -> None:
    conf = FRONTEND / "nginx.conf"
    if not conf.is_file():
        pytest.skip("there is no frontend/nginx.conf in this tree")
    page = Page(None, FRONTEND / "dist" / "page", conf.read_text())  # type: ignore[arg-type]

    names = [name for name, _ in page._headers]
    assert len(re.findall(r"^\s*add_header (?![\w-]+ \$)", conf.read_text(), re.MULTILINE)) == len(names)
    assert b"content-security-policy" in names
    assert {"/", "/sessions"} <= page._addresses
