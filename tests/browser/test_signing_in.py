"""People come in, stay in over a reload, are in by two tabs, and leave."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.browser.conftest import sign_in
from tests.browser.site import PASSWORD

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.conftest import Visitor
    from tests.browser.site import Person


def test_somebody_new_makes_an_account_and_a_first_task(visitor: Visitor) -> None:
    page = visitor.open()
    page.get_by_role("button", name="New here?").click()
    page.get_by_label("User name").fill("newcomer")
    page.get_by_label("E-mail").fill("newcomer@example.org")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Make an account").click()
    expect(page.get_by_text("Nothing to do yet.")).to_be_visible()

    page.get_by_label("Add a task").fill("the first")
    page.keyboard.press("Enter")

    expect(page.get_by_role("button", name="Edit the first")).to_be_visible()
    expect(page.get_by_label("Add a task")).to_have_value("")


def test_a_form_says_what_is_wrong_beside_the_field_before_anything_is_sent(visitor: Visitor) -> None:
    page = visitor.open()
    page.get_by_role("button", name="New here?").click()
    page.get_by_label("User name").fill("Not Allowed")
    page.get_by_role("button", name="Make an account").click()

    name = page.get_by_label("User name")
    expect(name).to_have_attribute("aria-invalid", "true")
    expect(name).to_be_focused()
    expect(page.get_by_label("Password", exact=True)).to_have_accessible_description(
        "12 characters or more 12 characters or more"
    )


def test_a_wrong_password_and_a_taken_name_are_told_in_words(
    visitor: Visitor, person: Callable[..., Person]
) -> None:
    somebody = person()
    page = visitor.open()
    page.get_by_label("User name").fill(somebody.name)
    page.get_by_label("Password", exact=True).fill("wrong horse battery")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert").filter(has_text="do not fit")).to_be_visible()

    page.get_by_role("button", name="New here?").click()
    page.get_by_label("User name").fill(somebody.name)
    page.get_by_label("E-mail").fill("other@example.org")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")

    expect(page.get_by_role("alert").filter(has_text="is taken")).to_be_visible()
    expect(page.get_by_label("User name")).to_have_value(somebody.name)


def test_a_reload_stays_signed_in_and_no_script_can_read_what_keeps_it(
    visitor: Visitor, person: Callable[..., Person]
) -> None:
    page = visitor.enter(person("still here"))
    expect(page.get_by_role("button", name="Edit still here")).to_be_visible()

    page.reload()

    expect(page.get_by_role("button", name="Edit still here")).to_be_visible()
    assert page.evaluate("document.cookie") == ""
    kept = page.evaluate("JSON.stringify({...localStorage}) + JSON.stringify({...sessionStorage})")
    assert "ey" not in kept
    [cookie] = page.context.cookies(f"{visitor.site.url}/api/v1/auth/refresh")
    assert cookie["httpOnly"]
    assert cookie["secure"]
    assert cookie["sameSite"] == "Strict"
    assert cookie["path"] == "/api/v1/auth"


def test_a_first_visit_asks_for_no_session(visitor: Visitor) -> None:
    asked: list[str] = []
    page = visitor.context().new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()

    assert not [url for url in asked if "/api/" in url]


def test_signing_out_ends_the_session_in_every_tab_and_leaves_nothing_behind(
    visitor: Visitor, person: Callable[..., Person]
) -> None:
    somebody = person("private")
    first = visitor.enter(somebody)
    second = first.context.new_page()
    second.goto("/")
    expect(second.get_by_role("button", name="Edit private")).to_be_visible()

    first.get_by_role("button", name="Menu").click()
    first.get_by_role("button", name="Sign out").click()

    for page in (first, second):
        expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
        assert "private" not in page.content()
    second.reload()
    expect(second.get_by_role("heading", name="Sign in")).to_be_visible()
    assert [it["device"] for it in somebody.ask("GET", "sessions")["items"]] == ["another device"]


def test_sessions_are_listed_by_device_and_one_of_them_can_be_ended(
    visitor: Visitor, person: Callable[..., Person]
) -> None:
    somebody = person()
    page = visitor.enter(somebody)
    page.get_by_role("button", name="Menu").click()
    page.get_by_role("link", name="Sessions").click()
    expect(page.get_by_role("listitem")).to_have_count(2)
    expect(page.get_by_role("listitem").filter(has_text="this one")).to_contain_text("Chrome on Linux")

    page.get_by_role("button", name="End the session on another device").click()

    expect(page.get_by_role("listitem")).to_have_count(1)
    assert somebody.http.get("/api/v1/users/me").status_code == 401
    page.go_back()
    expect(page.get_by_label("Add a task")).to_be_visible()


def test_signing_out_everywhere_shows_the_way_in_again(
    visitor: Visitor, person: Callable[..., Person]
) -> None:
    somebody = person()
    page = visitor.enter(somebody, "/sessions")
    page.get_by_role("button", name="Sign out everywhere").click()

    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert somebody.http.get("/api/v1/users/me").status_code == 401


def test_two_tabs_that_renew_at_the_same_moment_a_hundred_times_stay_signed_in(
    visitor: Visitor, person: Callable[..., Person]
) -> None:
    first = visitor.enter(person("held"))
    second = first.context.new_page()
    second.goto("/")
    expect(second.get_by_role("button", name="Edit held")).to_be_visible()
    # The same renewal as the page's own, fifty in each tab, all at once.
    renewals = """() => {
      const headers = {"Content-Type": "application/json", "X-Session-Cookie": "true"};
      const renew = () => fetch("/api/v1/auth/refresh", {method: "POST", body: "{}", headers});
      const inTurn = () => navigator.locks.request("toban.refresh", async () => (await renew()).status);
      return Promise.all(Array.from({length: 50}, inTurn));
    }"""
    second.evaluate(f"() => {{ globalThis.there = ({renewals})() }}")
    statuses = first.evaluate(renewals) + second.evaluate("globalThis.there")

    assert statuses == [200] * 100
    for page in (first, second):
        page.reload()
        expect(page.get_by_role("button", name="Edit held")).to_be_visible()


def test_a_renewal_that_is_sent_twice_at_once_a_hundred_times_signs_nobody_out(
    visitor: Visitor, person: Callable[..., Person]
) -> None:
    """Without the tabs' lock, as in a browser that has none, and as when the network repeats a request."""
    page = visitor.enter(person("held twice"))
    expect(page.get_by_role("button", name="Edit held twice")).to_be_visible()
    statuses = page.evaluate(
        """async () => {
          const headers = {"Content-Type": "application/json", "X-Session-Cookie": "true"};
          const renew = async () =>
            (await fetch("/api/v1/auth/refresh", {method: "POST", body: "{}", headers})).status;
          const statuses = [];
          for (let n = 0; n < 100; n += 1) statuses.push(...await Promise.all([renew(), renew()]));
          return statuses;
        }"""
    )

    assert statuses == [200] * 200
    page.reload()
    expect(page.get_by_role("button", name="Edit held twice")).to_be_visible()


def test_another_person_who_signs_in_over_an_ended_session_sees_nothing_of_the_one_before(
    visitor: Visitor, person: Callable[..., Person]
) -> None:
    before, after = person("not yours"), person("mine")
    page = visitor.enter(before)
    page.get_by_role("button", name="Edit not yours").click()
    page.get_by_label("Description").fill("a secret")
    before.ask("POST", "auth/logout-all")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Your session has ended")).to_be_visible()

    sign_in(page, after)

    expect(page.get_by_role("button", name="Edit mine")).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert "a secret" not in page.content()
    assert "not yours" not in page.content()
