"""The task page's weight beside its libraries', and Lighthouse's verdict on the way in and on fifty tasks.

Lighthouse 12.8 plays a mid-range phone on a slow network ("mobile"), so its times are simulated ones.
"""

from __future__ import annotations

import gzip
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

# `toban` is installed and the tests are not: the site that they drive is the one to measure.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from playwright.sync_api import sync_playwright

from api.servers.local_server import free_port
from tests.browser import debian
from tests.browser.conftest import CHROMIUM_ARGUMENTS, sign_in
from tests.browser.page_build import FRONTEND, node
from tests.browser.site import Site, served

_CATEGORIES = ("performance", "accessibility", "best-practices")
_LIBRARIES = """
import { render, h } from "preact"; import { useState, useEffect } from "preact/hooks";
import { QueryClient, QueryClientProvider, useInfiniteQuery }
  from "@tanstack/preact-query";
import { useLocation, useSearch, Route, Switch, Link } from "wouter-preact";
import createClient from "openapi-fetch";
globalThis.kept = [render, h, useState, useEffect, QueryClient, QueryClientProvider, useInfiniteQuery,
  useLocation, useSearch, Route, Switch, Link, createClient];
"""


def run() -> list[dict[str, Any]]:
    """Builds, serves and measures; needs Chromium, nginx and `make setup`."""
    with tempfile.TemporaryDirectory(prefix="toban-bench-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        with served(folder) as site:
            rows = [_weight(site, folder)]
            for page, audits in _lighthouse(site, folder).items():
                rows += [
                    {"name": f"{page}: {key}", "ours": value, "unit": unit}
                    for key, (value, unit) in audits.items()
                ]
    return rows


def _weight(site: Site, folder: Path) -> dict[str, Any]:
    scripts = (site.prefix / "page").rglob("*.js.gz")
    ours = sum(path.stat().st_size for path in scripts) / 1000
    source = FRONTEND / "bare-libraries.js"
    source.write_text(_LIBRARIES)
    try:
        node("rolldown", str(source), "--format", "esm", "--minify", "-d", str(folder / "bare"))
    finally:
        source.unlink()
    [bare] = (folder / "bare").glob("*.js")
    peer = len(gzip.compress(bare.read_bytes(), 9)) / 1000
    return {
        "name": "script",
        "ours": ours,
        "peer": peer,
        "peer_name": "its libraries alone",
        "ratio": ours / peer,
        "unit": "kB gzip",
    }


def _lighthouse(site: Site, folder: Path) -> dict[str, dict[str, tuple[float, str]]]:
    person = site.person()
    person.ask(
        "POST", "tasks:bulk", json={"operations": [{"op": "create", "title": f"task {n}"} for n in range(60)]}
    )
    port = free_port()
    found = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch_persistent_context(
            folder / "profile",
            executable_path=debian.program("chromium"),
            args=[*CHROMIUM_ARGUMENTS, f"--remote-debugging-port={port}"],
        )
        found["way in"] = _audit(site.url, port, folder)
        page = browser.new_page()
        page.goto(site.url)
        sign_in(page, person)
        page.goto("about:blank")
        found["list of fifty"] = _audit(site.url, port, folder)
        browser.close()
    return found


def _audit(url: str, port: int, folder: Path) -> dict[str, tuple[float, str]]:
    report = folder / "report.json"
    options = [
        "--quiet",
        "--disable-storage-reset",
        "--output=json",
        f"--output-path={report}",
        f"--port={port}",
    ]
    node("lighthouse", url, *options, f"--only-categories={','.join(_CATEGORIES)}", CI="1")
    told = json.loads(report.read_text())
    scores = {name: (round(told["categories"][name]["score"] * 100), "of 100") for name in _CATEGORIES}
    failing = [
        f"{name}: {audit['title']}"
        for name, audit in told["audits"].items()
        if audit.get("score") == 0 and audit["scoreDisplayMode"] == "binary"
    ]
    print("\n".join(failing))
    numbers = {
        name: (told["audits"][key]["numericValue"], unit)
        for name, key, unit in (
            ("first paint", "first-contentful-paint", "ms simulated"),
            ("largest paint", "largest-contentful-paint", "ms simulated"),
            ("blocking", "total-blocking-time", "ms"),
            ("shift", "cumulative-layout-shift", ""),
        )
    }
    return scores | numbers
