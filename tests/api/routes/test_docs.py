"""The browser at /docs has every operation, comes from this process alone, and works under its own policy."""

from __future__ import annotations

import re
import shutil
import subprocess
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest

from api.docs_page.samples import in_words, sample
from api.servers.stack import programs

if TYPE_CHECKING:
    from pathlib import Path

    import httpx
    from fastapi import FastAPI

    from api import servers as real


class Reader(HTMLParser):
    """Collects what a page loads, links to, runs, and offers to send."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.anchors: list[str] = []
        self.ids: list[str] = []
        self.inline: list[str] = []
        self.forms: set[tuple[str, str]] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if "id" in given:
            self.ids.append(given["id"])
        if tag == "form":
            self.forms.add((given["data-method"], given["data-path"]))
        for name in ("src", "href"):
            if name in given and tag != "a":
                self.loaded.append(given[name])
            elif name in given:
                self.anchors.append(given[name])
        self.inline += [name for name in given if name == "style" or name.startswith("on")]


async def test_the_browser_has_every_operation_and_loads_nothing_from_elsewhere(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    answer = await client.get("/docs")
    reader = Reader(answer.text)

    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert reader.forms == {
        (method.upper(), path) for path, methods in app.openapi()["paths"].items() for method in methods
    }
    assert reader.loaded == ["/docs/docs.css", "/docs/docs.js"]
    assert reader.inline == []
    assert len(reader.ids) == len(set(reader.ids))
    for anchor in reader.anchors:
        assert anchor == "/api/v1/openapi.json" or anchor[1:] in reader.ids, anchor
    for path in (*reader.loaded, "/docs"):
        found = await client.get(path)
        assert found.status_code == 200
        assert not re.search(r"https?://", found.text), path
        policy = found.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'")
        assert "unsafe" not in policy


def test_an_example_fits_and_a_schema_is_told_in_words() -> None:
    schemas = {
        "Colour": {"enum": ["red", "blue"]},
        "Thing": {
            "type": "object",
            "required": ["name", "colours", "when"],
            "properties": {
                "name": {"type": "string", "minLength": 1, "maxLength": 9},
                "colours": {"type": "array", "items": {"$ref": "#/x/Colour"}, "maxItems": 3},
                "when": {"anyOf": [{"type": "string", "format": "date-time"}, {"type": "null"}]},
                "count": {"type": "integer"},
            },
        },
    }

    example = sample({"$ref": "#/x/Thing"}, schemas)

    assert example == {"name": "text", "colours": ["red"], "when": "2030-01-31T09:00:00+09:00"}
    words = [in_words(field, schemas) for field in schemas["Thing"]["properties"].values()]  # type: ignore[attr-defined]
    assert words == [
        "string, at least 1 long, at most 9 long",
        "list of Colour, at most 3",
        "date-time or null",
        "integer",
    ]


def test_a_real_browser_draws_it_and_its_script_runs(
    servers: real.Pair, database_url: str, redis_url: str, server_folder: Path, tmp_path: Path
) -> None:
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("draws the page in Debian's Chromium: apt-get install chromium")
    folder = server_folder / f"docs-{servers.kind}"
    folder.mkdir()
    api = programs(database_url=database_url, redis_url=redis_url, folder=folder, settings={}).api
    api.start()
    try:
        done = subprocess.run(  # noqa: S603 - words of our own, no shell
            [
                *(chromium, "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"),
                *(f"--user-data-dir={tmp_path}", "--enable-logging=stderr", "--virtual-time-budget=3000"),
                *("--dump-dom", f"{api.url}/docs"),
            ],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    finally:
        api.stop()

    assert "/api/v1/tasks:bulk" in done.stdout
    assert "Content Security Policy" not in done.stderr, done.stderr
    assert "Uncaught" not in done.stderr, done.stderr
