"""One task manager and one Chromium for all browser tests; each gets a browser context of its own."""

from __future__ import annotations

import os
import tempfile
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.browser import debian
from tests.browser.image_parts import make_ahead
from tests.browser.page_build import NODE
from tests.browser.site import COOKIE, PASSWORD, Person, Site, served

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, BrowserContext, Dialog, Page

CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
]
_LOOK_S = 0.05
_NOON = datetime(2030, 3, 1, 12, tzinfo=UTC)
_CHROME = "Mozilla/5.0 (X11; Linux x86_64) Chrome/156.0.0.0 Safari/537.36"
# What is right comes at once; a machine that others use as well may take its time.
expect.set_options(timeout=30_000)


def pytest_collection_finish(session: pytest.Session) -> None:
    """In CI makes the images' base and libraries beside the other tests, which leave a core alone."""
    wanted = any(item.path.name == "test_images.py" for item in session.items)
    if os.environ.get("CI") == "true" and wanted and not session.config.option.collectonly:
        threading.Thread(target=make_ahead, daemon=True, name="makes ahead for the images").start()


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    """The page and the API on one origin."""
    if not NODE.exists():
        pytest.skip("Node.js is not here: `make setup` installs it")
    with tempfile.TemporaryDirectory(prefix="toban-browser-", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o711)
        with served(Path(name)) as running:
            yield running


@pytest.fixture(scope="package")
def browser(site: Site) -> Iterator[Browser]:
    """Chromium; not for the session, since its event loop would be in the way of other folders' tests."""
    program = debian.program("chromium")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=program, args=CHROMIUM_ARGUMENTS)
        yield launched
        launched.close()


class Visitor:
    """Opens the page in browsers of its own, and remembers what went wrong in them."""

    def __init__(self, browser: Browser, site: Site) -> None:
        self._browser = browser
        self.site = site
        self.faults: list[str] = []
        self.hosts: set[str] = set()
        self._contexts: list[BrowserContext] = []

    def context(self, **options: Any) -> BrowserContext:
        usual = {"locale": "en-GB", "timezone_id": "Asia/Tokyo", "base_url": self.site.url}
        context = self._browser.new_context(**(usual | options))
        context.on("page", self._listen)
        self._contexts.append(context)
        return context

    def open(self, path: str = "/", **options: Any) -> Page:
        page = self.context(**options).new_page()
        page.goto(path)
        return page

    def enter(self, person: Person, path: str = "/", **options: Any) -> Page:
        """Opens the page as somebody whose browser has signed in before."""
        answer = person.http.post(
            f"{self.site.url}/api/v1/auth/login",
            json={"username": person.name, "password": PASSWORD, "device": _CHROME},
            headers={"X-Session-Cookie": "true", "Origin": self.site.url},
        )
        [cookie] = [it for it in answer.cookies.jar if it.name == COOKIE]
        kept = {
            "name": COOKIE,
            "value": str(cookie.value),
            "domain": "localhost",
            "path": "/api/v1/auth",
            "expires": -1,
            "secure": True,
            "httpOnly": True,
            "sameSite": "Strict",
        }
        hint = {"origin": self.site.url, "localStorage": [{"name": "toban.signed-in", "value": "1"}]}
        return self.open(path, storage_state={"cookies": [kept], "origins": [hint]}, **options)

    def close(self) -> None:
        for context in self._contexts:
            context.close()

    def _refuse(self, dialog: Dialog) -> None:
        self.faults.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _listen(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        page.on("request", lambda request: self.hosts.add(request.url.split("/")[2]))
        page.on("dialog", self._refuse)
        # A refused policy speaks in the console alone; answers that are faults are the tests' own.
        page.on(
            "console",
            lambda said: (
                self.faults.append(f"console: {said.text}")
                if said.type == "error" and "Failed to load resource" not in said.text
                else None
            ),
        )


def sign_in(page: Page, person: Person) -> None:
    """Types name and password, and waits for the list."""
    page.locator("input[name=username]").fill(person.name)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")
    expect(page.locator("input[name=password]")).to_have_count(0)


def stand_still(page: Page) -> None:
    """Stops the page's clock: its time passes by `run_for` alone, and never while a machine is busy."""
    page.clock.install(time=_NOON)
    page.clock.pause_at(_NOON + timedelta(minutes=1))


@pytest.fixture
def visitor(browser: Browser, site: Site) -> Iterator[Visitor]:
    """Somebody with browsers; at the end none of them may have met a fault or another host."""
    somebody = Visitor(browser, site)
    yield somebody
    somebody.close()
    assert somebody.faults == []
    assert somebody.hosts <= {site.url.split("/")[2]}


@pytest.fixture
def person(site: Site) -> Callable[..., Person]:
    return site.person


def until(condition: Callable[[], bool], *, within_s: float = 10.0) -> None:
    """Waits for what no event of the page tells: what the server has."""
    pause = threading.Event()
    for _ in range(int(within_s / _LOOK_S)):
        if condition():
            return
        pause.wait(_LOOK_S)
    raise AssertionError(f"not within {within_s} s")


@contextmanager
def stopped(program: Any) -> Iterator[None]:
    """Ends a server for the time of the context."""
    program.stop()
    try:
        yield
    finally:
        program.start()
