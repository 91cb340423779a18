"""Somebody else was faster: theirs beside mine, field by field, and nothing typed is lost."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

from playwright.sync_api import expect

from tests.browser.answers import Held
from tests.browser.conftest import until

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Route

    from tests.browser.conftest import Visitor
    from tests.browser.site import Person

TASK: Final = "**/api/v1/tasks/*"
LIST: Final = re.compile(r"/api/v1/tasks\?sort=")


def test_both_have_changed_the_same_field_and_the_person_chooses_by_field(
    visitor: Visitor, person: Callable[..., Person]
) -> None:
    somebody = person("shared")
    page = visitor.enter(somebody)
    page.get_by_role("button", name="Edit shared").click()
    editor = page.get_by_role("dialog")
    editor.get_by_role("textbox", name="Title").fill("my title")
    editor.get_by_role("textbox", name="Description").fill("my words")
    somebody.change(
        somebody.tasks()["shared"],
        title="their title",
        description="their words",
        priority="HIGH",
        status="DONE",
    )
    editor.get_by_role("button", name="Save").click()

    expect(
        editor.get_by_role("alert").filter(has_text="Somebody has changed this task meanwhile")
    ).to_be_visible()
    expect(editor.get_by_role("textbox", name="Title")).to_have_value("my title")
    expect(editor.get_by_role("textbox", name="Description")).to_have_value("my words")
    expect(editor.locator(".theirs")).to_have_count(2)
    expect(editor.locator(".theirs").first).to_contain_text("their title")
    expect(
        editor.get_by_role("alert").filter(has_text="You had not touched Status, Priority")
    ).to_be_visible()
    expect(editor.get_by_role("combobox", name="Priority")).to_have_value("HIGH")

    editor.get_by_role("button", name="Take theirs for Title").click()
    expect(editor.get_by_role("textbox", name="Title")).to_have_value("their title")
    expect(editor.locator(".theirs")).to_have_count(1)
    editor.get_by_role("textbox", name="Description").press("End")
    editor.get_by_role("textbox", name="Description").press_sequentially(", and more")
    editor.get_by_role("button", name="Save").click()
    expect(editor).to_have_count(0)

    task = somebody.tasks()["their title"]
    assert (task["description"], task["priority"], task["status"]) == ("my words, and more", "HIGH", "DONE")


def test_a_second_conflict_while_the_first_is_open_is_shown_as_well(
    visitor: Visitor, person: Callable[..., Person]
) -> None:
    somebody = person("busy")
    task = somebody.tasks()["busy"]
    page = visitor.enter(somebody)
    page.get_by_role("button", name="Edit busy").click()
    editor = page.get_by_role("dialog")
    editor.get_by_role("textbox", name="Title").fill("mine")
    for other in ("theirs", "theirs again"):
        somebody.change(task, title=other)
        editor.get_by_role("button", name="Save").click()
        expect(editor.locator(".theirs p")).to_have_text(f"Theirs: {other}")
        expect(editor.get_by_role("textbox", name="Title")).to_have_value("mine")
    editor.get_by_role("button", name="Save").click()
    expect(page.get_by_role("button", name="Edit mine")).to_be_visible()


def test_a_task_that_was_deleted_meanwhile_can_be_made_anew_from_what_was_typed(
    visitor: Visitor, person: Callable[..., Person]
) -> None:
    somebody = person("doomed")
    page = visitor.enter(somebody)
    page.get_by_role("button", name="Edit doomed").click()
    editor = page.get_by_role("dialog")
    editor.get_by_role("textbox", name="Description").fill("worth keeping")
    somebody.ask("DELETE", f"tasks/{somebody.tasks()['doomed']['id']}", if_match="*")
    editor.get_by_role("button", name="Save").click()
    expect(editor.get_by_role("alert").filter(has_text="Somebody has deleted this task")).to_be_visible()
    editor.get_by_role("button", name="Save").click()
    expect(editor).to_have_count(0)

    assert somebody.tasks()["doomed"]["description"] == "worth keeping"


def test_a_press_on_a_task_whose_other_fields_have_changed_still_means_the_same(
    visitor: Visitor, person: Callable[..., Person]
) -> None:
    somebody = person("pressed")
    page = visitor.enter(somebody)
    expect(page.get_by_role("button", name="Edit pressed")).to_be_visible()
    somebody.change(somebody.tasks()["pressed"], title="pressed, renamed")
    page.get_by_role("button", name="Done: pressed").click()

    expect(page.get_by_role("button", name="Done: pressed, renamed")).to_have_attribute(
        "aria-pressed", "true"
    )
    expect(page.get_by_role("alert").filter(has_text="changed")).to_have_count(0)
    until(lambda: somebody.tasks()["pressed, renamed"]["status"] == "DONE")


def test_a_press_on_the_very_field_that_changed_says_so_and_offers_a_look(
    visitor: Visitor, person: Callable[..., Person]
) -> None:
    somebody = person("pressed")
    page = visitor.enter(somebody)
    expect(page.get_by_role("button", name="Edit pressed")).to_be_visible()
    somebody.change(somebody.tasks()["pressed"], status="IN_PROGRESS")
    page.get_by_role("button", name="Done: pressed").click()

    expect(page.get_by_role("alert").filter(has_text="It has changed meanwhile.")).to_be_visible()
    assert somebody.tasks()["pressed"]["status"] == "IN_PROGRESS"
    expect(page.get_by_role("listitem")).to_contain_text("In progress")


def test_two_quick_presses_of_one_person_are_no_conflict(
    visitor: Visitor, person: Callable[..., Person]
) -> None:
    somebody = person("quick")
    page = visitor.enter(somebody)
    answers: list[int] = []
    page.on("response", lambda it: answers.append(it.status) if it.request.method == "PATCH" else None)
    circle = page.get_by_role("button", name="Done: quick")
    for seen in ("true", "false", "true", "false"):
        circle.click()
        assert circle.get_attribute("aria-pressed") == seen
    until(lambda: somebody.tasks()["quick"]["version"] == 5)
    # The browser tells its news in order: what it answers now comes after them.
    page.evaluate("0")

    assert answers == [200] * 4
    expect(circle).to_have_attribute("aria-pressed", "false")


def test_presses_that_nothing_was_drawn_between_still_alternate(
    visitor: Visitor, person: Callable[..., Person]
) -> None:
    somebody = person("quicker")
    page = visitor.enter(somebody)
    circle = page.get_by_role("button", name="Done: quicker")
    held = Held(page, TASK, "PATCH")
    circle.evaluate("(it) => { for (let times = 0; times < 4; times += 1) it.click() }")
    for sent in range(4):
        held.wait()
        held.release()
        assert json.loads(held.bodies[sent] or "") == {"status": ("DONE", "TODO")[sent % 2]}
    held.end()

    until(lambda: somebody.tasks()["quicker"]["version"] == 5)
    expect(circle).to_have_attribute("aria-pressed", "false")


def test_answers_that_come_late_leave_what_was_pressed_after_them(
    visitor: Visitor, person: Callable[..., Person]
) -> None:
    somebody = person("late")
    page = visitor.enter(somebody)
    circle = page.get_by_role("button", name="Done: late")
    held = Held(page, TASK, "PATCH")
    seen = []
    for _ in range(3):
        circle.click()
        seen.append(circle.get_attribute("aria-pressed"))
    assert seen == ["true", "false", "true"]
    for _ in range(3):
        # The next is sent when the answer to the one before is in; whatever that said, this was pressed last.
        held.wait()
        assert circle.get_attribute("aria-pressed") == "true"
        held.release()
    held.end()

    until(lambda: somebody.tasks()["late"]["version"] == 4)
    assert somebody.tasks()["late"]["status"] == "DONE"


def test_a_list_that_was_read_before_a_press_takes_nothing_back(
    visitor: Visitor, person: Callable[..., Person]
) -> None:
    page = visitor.enter(person("pressed"))
    circle = page.get_by_role("button", name="Done: pressed")
    expect(circle).to_be_visible()
    press, lists = Held(page, TASK, "PATCH"), Held(page, LIST, "GET", answered=True)
    circle.click()
    press.wait()
    page.get_by_label("Sort").select_option("Oldest first")
    lists.wait()
    lists.release()
    # The new order is a list of its own, made of the old answer.
    expect(circle).to_have_attribute("aria-pressed", "true")
    page.get_by_label("Sort").select_option("Due first")
    lists.wait()
    with page.expect_response(lambda it: it.request.method == "PATCH"):
        press.end()
    lists.end()

    expect(page.get_by_role("listitem")).to_have_count(1)
    expect(circle).to_have_attribute("aria-pressed", "true")


def test_a_list_from_a_servers_memory_replaces_nothing_newer_until_the_server_insists(
    visitor: Visitor, person: Callable[..., Person]
) -> None:
    somebody = person("restored")
    page = visitor.enter(somebody)
    page.clock.install()
    circle = page.get_by_role("button", name="Done: restored")
    old = somebody.ask("GET", "tasks")
    page.route(LIST, lambda route: route.fulfill(json=old))
    with page.expect_response(LIST):
        circle.click()
    page.get_by_label("Sort").select_option("Oldest first")
    expect(page.get_by_role("listitem")).to_have_count(1)
    expect(circle).to_have_attribute("aria-pressed", "true")

    # A database that was restored from a copy has older versions for good.
    page.clock.run_for(61_000)
    page.get_by_label("Sort").select_option("Due first")
    expect(circle).to_have_attribute("aria-pressed", "false")


def test_a_press_that_is_sent_again_stays_before_the_next_one(
    visitor: Visitor, person: Callable[..., Person]
) -> None:
    somebody = person("twice")
    page = visitor.enter(somebody)
    circle = page.get_by_role("button", name="Done: twice")
    expect(circle).to_be_visible()
    somebody.change(somebody.tasks()["twice"], priority="HIGH")
    theirs = Held(page, TASK, "GET")
    circle.click()
    theirs.wait()
    circle.click()
    assert circle.get_attribute("aria-pressed") == "false"
    theirs.end()

    until(lambda: somebody.tasks()["twice"]["version"] == 4)
    assert somebody.tasks()["twice"]["status"] == "TODO"
    expect(circle).to_have_attribute("aria-pressed", "false")
    expect(page.get_by_role("alert").filter(has_text="changed")).to_have_count(0)


def test_a_press_that_another_has_made_as_well_is_no_conflict(
    visitor: Visitor, person: Callable[..., Person]
) -> None:
    somebody = person("agreed")
    page = visitor.enter(somebody)
    circle = page.get_by_role("button", name="Done: agreed")
    expect(circle).to_be_visible()
    somebody.change(somebody.tasks()["agreed"], status="DONE")
    with page.expect_response(LIST):
        circle.click()

    expect(circle).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("alert").filter(has_text="changed")).to_have_count(0)


def test_many_changed_right_after_a_press_are_no_conflict_with_it(
    visitor: Visitor, person: Callable[..., Person]
) -> None:
    somebody = person("one", "two")
    page = visitor.enter(somebody)
    for title in ("one", "two"):
        page.get_by_label(f"Select {title}").check()
    held = Held(page, TASK, "PATCH")
    page.get_by_role("button", name="Done: one").click()
    page.get_by_role("region").get_by_label("Set priority").select_option("High")
    held.wait()
    held.end()

    expect(page.get_by_role("region")).to_have_count(0)
    until(lambda: {task["priority"] for task in somebody.tasks().values()} == {"HIGH"})
    assert somebody.tasks()["one"]["status"] == "DONE"


def test_no_write_of_the_page_goes_without_a_condition(
    visitor: Visitor, person: Callable[..., Person]
) -> None:
    page = visitor.enter(person("one", "two"))
    blind: list[str] = []
    page.on(
        "request",
        lambda it: (
            blind.append(it.url)
            if it.method in {"PATCH", "DELETE"} and "if-match" not in it.headers
            else None
        ),
    )
    page.get_by_role("button", name="Done: one").click()
    page.get_by_role("button", name="Delete two").click()
    page.get_by_role("button", name="Edit one").click()
    page.get_by_role("dialog").get_by_label("Title").fill("uno")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("button", name="Edit uno")).to_be_visible()

    assert blind == []


def test_a_save_whose_answer_was_lost_is_no_conflict_with_oneself(
    visitor: Visitor, person: Callable[..., Person]
) -> None:
    somebody = person("lost")
    page = visitor.enter(somebody)

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    page.get_by_role("button", name="Edit lost").click()
    editor = page.get_by_role("dialog")
    editor.get_by_role("textbox", name="Description").fill("sent, and heard")
    page.route("**/api/v1/tasks/*", lose)
    editor.get_by_role("button", name="Save").click()
    expect(editor.get_by_role("alert").filter(has_text="The server was not reached")).to_be_visible()
    page.unroute("**/api/v1/tasks/*")
    editor.get_by_role("button", name="Save").click()

    expect(editor).to_have_count(0)
    assert somebody.tasks()["lost"]["description"] == "sent, and heard"
