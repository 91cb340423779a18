"""`toban api up` as somebody new meets it: one address for page and API, and nothing from elsewhere."""

from __future__ import annotations

import re
import signal
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from api.servers.page import built
from tests.api.test_up import Up

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser


@pytest.fixture
def up() -> Iterator[Up]:
    assert built(), "`make setup` builds the page"
    command = Up("--demo-data")
    yield command
    command.popen.send_signal(signal.SIGINT)
    command.popen.communicate(timeout=60)


def test_one_address_gives_the_demo_users_tasks_over_a_reload_and_the_apis_browser(
    up: Up, browser: Browser
) -> None:
    address = re.search(r"http://\S+", up.until("answers at"))
    account = re.search(r"log in as (\S+) with the password (\S+):", up.until("log in as"))
    assert address
    assert account
    page = browser.new_page()
    asked: set[str] = set()
    said: list[str] = []
    page.on("request", lambda request: asked.add(request.url.split("/")[2]))
    page.on("console", lambda line: said.append(line.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(address[0])
    page.get_by_label("User name").fill(account[1])
    page.get_by_label("Password", exact=True).fill(account[2])
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Edit Water the plants")).to_be_visible()
    page.reload()
    expect(page.get_by_role("button", name="Edit Water the plants")).to_be_visible()

    page.goto(f"{address[0]}/docs")
    expect(page.get_by_text("/api/v1/tasks:bulk").first).to_be_visible()
    page.close()
    assert asked == {address[0].removeprefix("http://")}
    assert said == []
