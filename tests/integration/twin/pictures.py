"""Takes the picture of a rehearsal: python -m tests.integration.twin.pictures docs/images/rehearsal.png."""

from __future__ import annotations

import sys

from playwright.sync_api import sync_playwright

from tests.browser import debian
from tests.browser.conftest import CHROMIUM_ARGUMENTS
from tests.integration.twin.conftest import standing

FAULTS = ("failing-release", "full-pool")
"""What is broken in production while the picture is taken."""


def take(path: str) -> None:
    with (
        standing("--port", "0", "--from", "2026-12-08", "--speed", "0") as twin,
        sync_playwright() as browsers,
    ):
        for kind in FAULTS:
            twin.ask("/twin/fault", {"add": kind, "environment": "prod"})
        twin.jump("+20m")
        browser = browsers.chromium.launch(
            executable_path=debian.program("chromium"), args=CHROMIUM_ARGUMENTS
        )
        page = browser.new_page(viewport={"width": 1280, "height": 1250}, locale="en-GB")
        page.goto(twin.url)
        page.get_by_role("button", name="mend full-pool in prod").wait_for()
        page.get_by_role("heading", name="Faults").evaluate(
            "it => { it.scrollIntoView(); scrollBy(0, -140); }"
        )
        page.screenshot(path=path)
        browser.close()


if __name__ == "__main__":
    take(sys.argv[1])
