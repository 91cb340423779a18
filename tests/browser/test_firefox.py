"""A second engine: three journeys in stock Firefox, driven by the standard's protocol, WebDriver BiDi."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.browser import debian
from tests.browser.page_build import FRONTEND, ROOT, node
from tests.browser.site import PASSWORD

if TYPE_CHECKING:
    from pathlib import Path

    from tests.browser.site import Site


def test_three_journeys_go_in_firefox(site: Site, tmp_path: Path) -> None:
    somebody = site.person("first")
    program = debian.program("firefox-esr")
    script = ROOT / "tests" / "browser" / "firefox" / "journeys.mjs"
    libraries = f"{FRONTEND}/"

    # Firefox refuses to run as root in the home of somebody else.
    told = node(
        "node", str(script), program, site.url, somebody.name, PASSWORD, libraries, HOME=str(tmp_path)
    )

    assert told.splitlines() == [
        "comes in, and stays in over a reload",
        "works by keys, and takes a deletion back",
        "shows theirs beside mine",
    ]
    assert somebody.tasks()["by Firefox"]["description"] == "theirs"
