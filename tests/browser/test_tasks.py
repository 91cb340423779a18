"""Everyday work on a list: add, change, finish, find, walk through pages, delete and think again."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.browser.answers import Held
from tests.browser.conftest import sign_in, stand_still, until

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from tests.browser.conftest import Visitor
    from tests.browser.site import Person


def titles(page: Page) -> list[str]:
    return page.locator(".task .title").all_inner_texts()


def test_a_title_and_enter_add_a_task_and_the_field_waits_for_the_next(
    visitor: Visitor, person: Callable[..., Person]
) -> None:
    page = visitor.enter(person())
    field = page.get_by_label("Add a task")
    for title in ("one", "two"):
        field.fill(title)
        field.press("Enter")
        expect(page.get_by_role("button", name=f"Edit {title}")).to_be_visible()
        expect(field).to_have_value("")

    assert titles(page) == ["two", "one"]
    expect(field).to_be_focused()
    expect(page.get_by_role("status").filter(has_text="Added “two”")).to_have_count(1)


def test_every_field_of_a_task_can_be_edited_and_taken_away(
    visitor: Visitor, person: Callable[..., Person]
) -> None:
    somebody = person("plain")
    page = visitor.enter(somebody)
    page.get_by_role("button", name="Edit plain").click()
    editor = page.get_by_role("dialog")
    editor.get_by_label("Title").fill("rich")
    editor.get_by_label("Description").fill("two\nlines")
    editor.get_by_label("Status").select_option("In progress")
    editor.get_by_label("Priority").select_option("High")
    editor.get_by_label("Due").fill("2030-01-31T09:00")
    editor.get_by_role("button", name="Save").click()
    expect(editor).to_have_count(0)

    row = page.get_by_role("listitem").filter(has_text="rich")
    expect(row).to_contain_text("In progress")
    expect(row).to_contain_text("31 Jan 2030 09:00")
    task = somebody.tasks()["rich"]
    assert (task["description"], task["priority"], task["due_date"]) == (
        "two\nlines",
        "HIGH",
        "2030-01-31T00:00:00Z",
    )

    page.get_by_role("button", name="Edit rich").click()
    editor.get_by_label("Description").fill("")
    editor.get_by_label("Due").fill("")
    editor.get_by_role("button", name="Save").click()
    expect(editor).to_have_count(0)
    task = somebody.tasks()["rich"]
    assert (task["description"], task["due_date"], task["status"]) == (None, None, "IN_PROGRESS")


def test_a_new_task_can_have_its_details_from_the_start(
    visitor: Visitor, person: Callable[..., Person]
) -> None:
    somebody = person()
    page = visitor.enter(somebody)
    page.get_by_label("Add a task").fill("with details")
    page.get_by_role("button", name="New task").click()
    editor = page.get_by_role("dialog", name="New task")
    expect(editor.get_by_label("Title")).to_have_value("with details")
    editor.get_by_label("Priority").select_option("Low")
    editor.get_by_label("Description").press("Control+Enter")

    expect(page.get_by_role("button", name="Edit with details")).to_be_visible()
    assert somebody.tasks()["with details"]["priority"] == "LOW"


def test_a_press_shows_a_task_done_before_the_server_has_answered(
    visitor: Visitor, person: Callable[..., Person]
) -> None:
    somebody = person("slow")
    page = visitor.enter(somebody)
    held = Held(page, "**/api/v1/tasks/*", "PATCH")
    circle = page.get_by_role("button", name="Done: slow")
    circle.click()

    expect(circle).to_have_attribute("aria-pressed", "true")
    assert somebody.tasks()["slow"]["status"] == "TODO"
    held.wait()
    held.end()
    circle.click()
    expect(circle).to_have_attribute("aria-pressed", "false")
    until(lambda: somebody.tasks()["slow"]["version"] == 3)
    assert somebody.tasks()["slow"]["status"] == "TODO"


def test_a_refused_change_goes_back_and_says_so(visitor: Visitor, person: Callable[..., Person]) -> None:
    page = visitor.enter(person("stubborn"))
    page.route("**/api/v1/tasks/*", lambda route: route.fulfill(status=500, body="{}"))
    circle = page.get_by_role("button", name="Done: stubborn")
    circle.click()

    expect(page.get_by_role("alert").filter(has_text="Something went wrong")).to_be_visible()
    expect(circle).to_have_attribute("aria-pressed", "false")
    page.unroute("**/api/v1/tasks/*")
    page.get_by_role("button", name="Try again").click()
    expect(circle).to_have_attribute("aria-pressed", "true")


def test_filters_sort_and_search_are_the_address_and_back_undoes_them_one_by_one(
    visitor: Visitor, person: Callable[..., Person]
) -> None:
    somebody = person()
    somebody.make("pay rent", priority="HIGH", due_date="2030-01-01T00:00:00Z")
    somebody.make("pay taxes", priority="HIGH", due_date="2029-01-01T00:00:00Z")
    somebody.make("rest", priority="LOW", status="DONE")
    page = visitor.enter(somebody)
    page.get_by_label("Priority").select_option("High")
    expect(page).to_have_url(re.compile(r"/\?priority=HIGH$"))
    page.get_by_label("Sort").select_option("Due first")
    expect(page.locator(".task .title").first).to_have_text("pay taxes")
    page.get_by_label("Search").fill("rent")
    expect(page).to_have_url(re.compile(r"priority=HIGH&q=rent&sort=due_date$"))
    expect(page.get_by_role("listitem")).to_have_count(1)

    page.reload()
    expect(page.get_by_label("Search")).to_have_value("rent")
    expect(page.get_by_role("listitem")).to_have_count(1)

    page.go_back()
    expect(page.get_by_role("listitem")).to_have_count(2)
    expect(page.get_by_label("Search")).to_have_value("")
    page.go_back()
    expect(page.locator(".task .title").first).to_have_text("pay taxes")
    page.go_back()
    expect(page.get_by_role("listitem")).to_have_count(3)

    page.get_by_label("Status").select_option("Done")
    expect(page.get_by_role("listitem")).to_have_count(1)
    page.get_by_label("Search").fill("nothing like it")
    expect(page.get_by_text("No task fits these filters.")).to_be_visible()
    page.get_by_role("button", name="Clear filters").click()
    expect(page.get_by_role("listitem")).to_have_count(3)


def test_letters_of_one_search_are_one_step_back_and_an_unfinished_composition_searches_nothing(
    visitor: Visitor, person: Callable[..., Person]
) -> None:
    page = visitor.enter(person("買い物", "掃除"))
    search = page.get_by_label("Search")
    search.focus()
    devtools = page.context.new_cdp_session(page)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "q=" in request.url else None)
    devtools.send("Input.imeSetComposition", {"text": "か", "selectionStart": 1, "selectionEnd": 1})
    devtools.send("Input.imeSetComposition", {"text": "かい", "selectionStart": 2, "selectionEnd": 2})
    page.evaluate("() => new Promise((done) => setTimeout(done, 400))")
    assert asked == []

    devtools.send("Input.insertText", {"text": "買い物"})
    expect(search).to_have_value("買い物")
    expect(page.get_by_role("listitem")).to_have_count(1)
    page.go_back()
    expect(page.get_by_role("listitem")).to_have_count(2)


def test_a_letter_typed_while_the_address_changes_is_kept(
    visitor: Visitor, person: Callable[..., Person]
) -> None:
    page = visitor.enter(person("abc", "abd"))
    search = page.get_by_label("Search")
    search.evaluate(
        """(field) => {
          const push = history.pushState;
          history.pushState = function (...all) {
            push.apply(this, all);
            history.pushState = push;
            field.value += "c";
            field.dispatchEvent(new InputEvent("input", {bubbles: true}));
          };
        }"""
    )
    search.fill("ab")

    expect(page).to_have_url(re.compile(r"/\?q=abc$"))
    expect(search).to_have_value("abc")
    expect(page.get_by_role("listitem")).to_have_count(1)


def test_a_filter_chosen_before_a_search_is_on_its_way_stays_chosen(
    visitor: Visitor, person: Callable[..., Person]
) -> None:
    page = visitor.context().new_page()
    page.clock.install(time=datetime(2030, 3, 1, tzinfo=UTC))
    page.goto("/")
    sign_in(page, person("rent"))
    expect(page.get_by_role("listitem")).to_have_count(1)
    page.clock.pause_at(datetime(2030, 3, 1, 0, 10, tzinfo=UTC))
    page.get_by_label("Search").fill("rent")
    page.clock.run_for(200)
    page.get_by_label("Status").select_option("To do")
    page.clock.run_for(1_000)

    expect(page).to_have_url(re.compile(r"/\?status=TODO&q=rent$"))
    page.get_by_label("Search").fill("rented")
    page.clock.run_for(200)
    page.get_by_role("button", name="Clear filters").click()
    page.clock.run_for(1_000)
    expect(page).to_have_url(re.compile(r"/$"))
    expect(page.get_by_label("Search")).to_have_value("")


def test_an_unknown_word_in_the_address_is_left_out(visitor: Visitor, person: Callable[..., Person]) -> None:
    page = visitor.enter(person("seen"), "/?status=NEVER&sort=upwards&priority=%00")

    expect(page.get_by_role("button", name="Edit seen")).to_be_visible()
    expect(page.get_by_label("Status")).to_have_value("")


def test_more_comes_by_a_button_with_the_focus_kept_and_the_count_announced(
    visitor: Visitor, person: Callable[..., Person]
) -> None:
    somebody = person()
    for first in (0, 60):
        operations = [{"op": "create", "title": f"task {first + number:03}"} for number in range(60)]
        somebody.ask("POST", "tasks:bulk", json={"operations": operations})
    page = visitor.enter(somebody)
    expect(page.get_by_role("listitem")).to_have_count(50)
    expect(page.get_by_role("status").filter(has_text="50 tasks shown, and there are more")).to_be_visible()
    more = page.get_by_role("button", name="Show more")
    more.focus()
    page.keyboard.press("Enter")

    expect(page.get_by_role("listitem")).to_have_count(100)
    expect(more).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("listitem")).to_have_count(120)
    expect(page.get_by_role("status").filter(has_text=re.compile("^120 tasks shown$"))).to_be_visible()
    expect(page.locator(".task .title").nth(100)).to_be_focused()
    assert len(set(titles(page))) == 120


def test_a_press_does_not_cut_off_the_page_that_is_just_coming(
    visitor: Visitor, person: Callable[..., Person]
) -> None:
    somebody = person()
    operations = [{"op": "create", "title": f"task {number:02}"} for number in range(60)]
    somebody.ask("POST", "tasks:bulk", json={"operations": operations})
    page = visitor.enter(somebody)
    expect(page.get_by_role("listitem")).to_have_count(50)
    coming = Held(page, re.compile("cursor="), "GET")
    page.get_by_role("button", name="Show more").click()
    coming.wait()
    with page.expect_response(lambda answer: answer.request.method == "PATCH"):
        page.get_by_role("button", name="Done: task 59").click()
    page.evaluate("() => new Promise((done) => setTimeout(done))")
    coming.end()

    expect(page.get_by_role("listitem")).to_have_count(60)


def test_a_deleted_task_can_be_brought_back_for_eight_seconds_and_is_deleted_after_them(
    visitor: Visitor, person: Callable[..., Person]
) -> None:
    somebody = person("kept", "dropped")
    page = visitor.enter(somebody)
    expect(page.get_by_role("listitem")).to_have_count(2)
    stand_still(page)
    page.get_by_role("button", name="Delete kept").click()
    expect(page.get_by_role("button", name="Edit kept")).to_have_count(0)
    spoken = page.get_by_role("status").filter(has_text="Deleted “kept”")
    expect(spoken).to_be_visible()
    page.clock.run_for(7_500)
    assert "kept" in somebody.tasks()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("button", name="Edit kept")).to_be_visible()
    page.clock.run_for(20_000)
    assert "kept" in somebody.tasks()

    page.get_by_role("button", name="Delete dropped").click()
    with page.expect_response(lambda answer: answer.request.method == "DELETE"):
        page.clock.run_for(8_500)
    assert "dropped" not in somebody.tasks()


def test_a_deletion_that_waits_is_sent_when_the_page_is_closed(
    visitor: Visitor, person: Callable[..., Person]
) -> None:
    somebody = person("on its way")
    page = visitor.enter(somebody)
    page.get_by_role("button", name="Delete on its way").click()
    assert "on its way" in somebody.tasks()

    page.goto("/404.html")

    until(lambda: somebody.tasks() == {})


def test_a_deletion_that_fails_shouts_and_the_task_is_back(
    visitor: Visitor, person: Callable[..., Person]
) -> None:
    somebody = person("contested")
    page = visitor.enter(somebody)
    expect(page.get_by_role("listitem")).to_have_count(1)
    stand_still(page)
    page.get_by_role("button", name="Delete contested").click()
    somebody.change(somebody.tasks()["contested"], description="by another")
    page.clock.run_for(9_000)

    fault = page.get_by_role("alert").filter(has_text="is not deleted. It has changed meanwhile.")
    expect(fault).to_be_visible()
    expect(page.get_by_role("button", name="Edit contested")).to_be_visible()
    page.clock.run_for(60_000)
    expect(fault).to_be_visible()
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("button", name="Edit contested")).to_have_count(0)
    with page.expect_response(lambda answer: answer.request.method == "DELETE"):
        page.clock.run_for(9_000)
    assert somebody.tasks() == {}


def test_a_form_that_was_closed_without_saving_can_be_opened_again(
    visitor: Visitor, person: Callable[..., Person]
) -> None:
    page = visitor.enter(person("draft"))
    page.get_by_role("button", name="Edit draft").click()
    page.get_by_role("dialog").get_by_label("Description").fill("long thought")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)

    page.get_by_role("button", name="Open it again").click()

    expect(page.get_by_role("dialog").get_by_label("Description")).to_have_value("long thought")
