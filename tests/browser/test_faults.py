"""What fails is told in words, goes away by itself, and takes nothing that was typed with it."""

from __future__ import annotations

import json
import signal
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import psutil
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import sign_in, stand_still, stopped, until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Page, Route

    from api.servers import Postgres
    from tests.browser.conftest import Visitor
    from tests.browser.site import Person, Site

TYPED = "half a thought, not yet sent"


def type_something(page: Page) -> None:
    """Opens a task and types into it, without saving."""
    page.get_by_role("button", name="Edit open").click()
    page.get_by_role("dialog").get_by_label("Description").fill(TYPED)


def save(page: Page) -> None:
    page.get_by_role("dialog", name="Edit task").get_by_role("button", name="Save").click()


def holds(page: Page) -> None:
    expect(page.get_by_role("dialog", name="Edit task").get_by_label("Description")).to_have_value(TYPED)


def connection(page: Page, kind: str) -> None:
    expect(page.locator(".connection")).to_have_attribute("data-kind", kind)


@contextmanager
def frozen(postgres: Postgres | None) -> Iterator[None]:
    """Stops every process of the database in mid-air; whatever happens they go on afterwards."""
    assert postgres
    server = psutil.Process(postgres.pid)
    everybody = [server, *server.children(recursive=True)]

    def send(signum: signal.Signals) -> None:
        for process in everybody:
            # A connection may have ended meanwhile.
            with suppress(psutil.NoSuchProcess):
                process.send_signal(signum)

    try:
        send(signal.SIGSTOP)
        yield
    finally:
        send(signal.SIGCONT)


@pytest.fixture
def somebody(site: Site) -> Iterator[Person]:
    yield site.person("open", "other")
    # Whatever the test did to the servers, the next one meets them whole.
    until(site.api._answers, within_s=30)


def test_an_api_that_restarts_is_waited_for_and_the_form_is_saved_afterwards(
    visitor: Visitor, somebody: Person
) -> None:
    page = visitor.enter(somebody)
    type_something(page)
    with stopped(visitor.site.api):
        save(page)
        expect(
            page.get_by_role("dialog").get_by_role("alert").filter(has_text="The server cannot do this")
        ).to_be_visible()
        connection(page, "unavailable")
        holds(page)
    connection(page, "ok")
    save(page)
    expect(page.get_by_role("dialog")).to_have_count(0)

    assert somebody.tasks()["open"]["description"] == TYPED


def test_a_rotated_secret_asks_for_the_password_over_the_page_and_then_goes_on_by_itself(
    visitor: Visitor, somebody: Person
) -> None:
    page = visitor.enter(somebody)
    type_something(page)
    secret = visitor.site.secrets / "JWT_KEYS"
    before = secret.read_text()
    secret.write_text("k2:a91817f6e5d4c3b2a190800f8b6d5c4a")
    try:
        until(lambda: somebody.http.get("/api/v1/users/me").status_code == 401)
        save(page)
        again = page.get_by_role("dialog", name="Your session has ended")
        expect(again).to_be_visible()
        expect(again.get_by_label("User name")).to_have_value(somebody.name)
        holds(page)
        sign_in(page, somebody)
        expect(page.get_by_role("dialog")).to_have_count(0)
        expect(page.get_by_role("listitem").filter(has_text=TYPED)).to_be_visible()
    finally:
        secret.write_text(before)
        until(lambda: somebody.http.get("/api/v1/users/me").status_code == 200)


def test_a_frozen_database_is_told_and_what_is_loaded_stays_readable(
    visitor: Visitor, somebody: Person
) -> None:
    page = visitor.enter(somebody)
    expect(page.get_by_role("listitem")).to_have_count(2)
    type_something(page)
    with frozen(visitor.site.pair.postgres):
        save(page)
        refused = page.get_by_role("dialog").get_by_role("alert").filter(has_text="The server cannot do this")
        expect(refused).to_be_visible()
        holds(page)
        expect(page.locator(".task")).to_have_count(2)
    connection(page, "ok")
    save(page)
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_lost_connection_is_told_reads_go_on_and_writes_are_refused_in_words(
    visitor: Visitor, somebody: Person
) -> None:
    page = visitor.enter(somebody)
    type_something(page)
    page.context.set_offline(True)
    connection(page, "offline")
    save(page)
    expect(
        page.get_by_role("dialog").get_by_role("alert").filter(has_text="The server was not reached")
    ).to_be_visible()
    holds(page)
    page.keyboard.press("Escape")
    expect(page.locator(".task")).to_have_count(2)
    page.get_by_label("Add a task").fill("typed offline")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert").filter(has_text="The server was not reached")).to_be_visible()
    expect(page.get_by_label("Add a task")).to_have_value("typed offline")

    page.context.set_offline(False)
    connection(page, "ok")
    expect(page.get_by_role("status").filter(has_text="The connection is back.")).to_have_count(1)
    page.get_by_label("Add a task").press("Enter")
    expect(page.get_by_role("button", name="Edit typed offline")).to_be_visible()


def test_an_answer_that_was_lost_makes_no_second_task_when_it_is_sent_again(
    visitor: Visitor, somebody: Person
) -> None:
    page = visitor.enter(somebody)

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route(
        "**/api/v1/tasks", lambda route: lose(route) if route.request.method == "POST" else route.continue_()
    )
    page.get_by_label("Add a task").fill("only once")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert").filter(has_text="The server was not reached")).to_be_visible()
    page.unroute("**/api/v1/tasks")
    page.get_by_label("Add a task").press("Enter")
    expect(page.get_by_label("Add a task")).to_have_value("")

    titles = [task["title"] for task in somebody.ask("GET", "tasks")["items"]]
    assert titles.count("only once") == 1


@pytest.mark.parametrize(
    ("status", "kind", "words"),
    [
        (503, "unavailable", "The server cannot do this at the moment. Try again in 7 seconds."),
        (429, "limited", "Too many requests. Try again in 7 seconds."),
    ],
)
def test_a_refusal_tells_the_servers_own_seconds_and_the_page_asks_again_after_them(
    visitor: Visitor, somebody: Person, status: int, kind: str, words: str
) -> None:
    page = visitor.enter(somebody)
    expect(page.get_by_role("listitem")).to_have_count(2)
    stand_still(page)
    body = json.dumps({"detail": "Only reading is served at the moment."})
    page.route(
        "**/api/v1/tasks**",
        lambda route: route.fulfill(status=status, headers={"Retry-After": "7"}, body=body),
    )
    page.get_by_label("Add a task").fill("patience")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert").filter(has_text=words)).to_be_visible()
    connection(page, kind)
    expect(page.locator(".connection")).to_contain_text("Trying again in 7 seconds.")
    expect(page.get_by_label("Add a task")).to_have_value("patience")
    page.unroute("**/api/v1/tasks**")
    with page.expect_request("**/api/v1/tasks**"):
        page.clock.run_for(7_100)
    connection(page, "ok")


def test_what_the_api_answers_from_memory_is_said_to_be_old(visitor: Visitor, somebody: Person) -> None:
    page = visitor.enter(somebody)
    expect(page.get_by_role("listitem")).to_have_count(2)

    def old(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(
            response=answer, headers=answer.headers | {"cache-status": "toban; hit; detail=stale-on-error"}
        )

    page.route("**/api/v1/tasks**", old)
    page.get_by_label("Priority").select_option("Medium")
    connection(page, "stale")
    expect(page.locator(".connection")).to_contain_text("what you see may be a little old")
    page.unroute("**/api/v1/tasks**")
    connection(page, "ok")


def test_a_reload_in_mid_sentence_brings_the_form_back(visitor: Visitor, somebody: Person) -> None:
    page = visitor.enter(somebody)
    type_something(page)
    page.reload()

    holds(page)
    save(page)
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert somebody.tasks()["open"]["description"] == TYPED
    page.reload()
    expect(page.get_by_role("listitem")).to_have_count(2)
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_page_opened_without_an_api_says_so_and_comes_in_when_it_is_back(
    visitor: Visitor, somebody: Person
) -> None:
    page = visitor.enter(somebody)
    expect(page.get_by_role("listitem")).to_have_count(2)
    with stopped(visitor.site.api):
        page.reload()
        connection(page, "unavailable")
    expect(page.get_by_role("listitem")).to_have_count(2)


def test_a_gateways_own_page_instead_of_json_is_no_riddle(
    visitor: Visitor, person: Callable[..., Person]
) -> None:
    page = visitor.open()
    page.route(
        "**/auth/login",
        lambda route: route.fulfill(status=502, content_type="text/html", body="<h1>Bad</h1>"),
    )
    page.get_by_label("User name").fill("anybody")
    page.get_by_label("Password", exact=True).fill("anything at all")
    page.keyboard.press("Enter")

    expect(
        page.get_by_role("alert").filter(
            has_text="The server cannot do this at the moment. Try again in a moment."
        )
    ).to_be_visible()
    assert "Bad" not in page.content()
