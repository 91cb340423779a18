"""The task page's weight beside its libraries', React's and Vue's; Lighthouse of way in and list of fifty.

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
from tests.browser.page_build import node
from tests.browser.site import Site, served

_CATEGORIES = ("performance", "accessibility", "best-practices")
_STACKS = Path(__file__).resolve().parent / "page_stacks"
_PEERS = {"react": "React's with query and router", "vue": "Vue's with query and router"}


def run() -> list[dict[str, Any]]:
    """Builds, serves and measures; needs Chromium, nginx and `make setup`."""
    with tempfile.TemporaryDirectory(prefix="toban-bench-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        with served(folder) as site:
            rows = _weights(site, folder)
            for page, audits in _lighthouse(site, folder).items():
                rows += [
                    {"name": f"{page}: {key}", "ours": value, "unit": unit}
                    for key, (value, unit) in audits.items()
                ]
    return rows


def _weights(site: Site, folder: Path) -> list[dict[str, Any]]:
    """The page's script beside its bare libraries, and these beside what React's and Vue's would weigh."""
    node("npm", "ci", folder=_STACKS)
    scripts = (site.prefix / "page").rglob("*.js.gz")
    ours = sum(path.stat().st_size for path in scripts) / 1000
    bare = _libraries("preact", folder)
    rows = [("script", ours, bare, "its libraries alone")]
    rows += [("its libraries alone", bare, _libraries(name, folder), peer) for name, peer in _PEERS.items()]
    return [
        {
            "name": name,
            "ours": left,
            "peer": right,
            "peer_name": peer,
            "ratio": left / right,
            "unit": "kB gzip",
        }
        for name, left, right, peer in rows
    ]


def _libraries(stack: str, folder: Path) -> float:
    """Builds a stack's libraries as the page is built; returns their kB by gzip."""
    built = folder / stack
    node("vite", "build", "--outDir", str(built), folder=_STACKS, STACK=f"{stack}.js")
    return len(gzip.compress(b"".join(path.read_bytes() for path in built.rglob("*.js")), 9)) / 1000


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
