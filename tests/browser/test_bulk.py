"""Many tasks at once: at most a hundred, all of them or none, and the one at fault is named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.browser.conftest import stand_still, until

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.conftest import Visitor
    from tests.browser.site import Person


def test_what_is_selected_is_changed_together(visitor: Visitor, person: Callable[..., Person]) -> None:
    somebody = person("a", "b", "c")
    page = visitor.enter(somebody)
    page.get_by_label("Select a").check()
    page.get_by_label("Select c").check()
    bar = page.get_by_role("region", name="2 selected")
    bar.get_by_label("Set priority").select_option("High")
    expect(bar).to_have_count(0)
    expect(page.get_by_role("status").filter(has_text="2 tasks changed")).to_have_count(1)
    page.get_by_label("Select a").check()
    page.get_by_role("button", name="Select all").click()
    page.get_by_role("region", name="3 selected").get_by_role("button", name="Done", exact=True).click()
    expect(bar).to_have_count(0)

    until(lambda: {task["status"] for task in somebody.tasks().values()} == {"DONE"})
    assert {title: task["priority"] for title, task in somebody.tasks().items()} == {
        "a": "HIGH",
        "b": "MEDIUM",
        "c": "HIGH",
    }


def test_one_that_changed_meanwhile_stops_all_and_is_named_and_marked(
    visitor: Visitor, person: Callable[..., Person]
) -> None:
    somebody = person("good", "bad", "fine")
    page = visitor.enter(somebody)
    for title in ("good", "bad", "fine"):
        page.get_by_label(f"Select {title}").check()
    somebody.change(somebody.tasks()["bad"], description="by another")
    page.get_by_role("region").get_by_role("button", name="Done", exact=True).click()

    expect(
        page.get_by_role("alert").filter(has_text="“bad”: It has changed meanwhile. Nothing was changed")
    ).to_be_visible()
    expect(page.locator(".task[data-faulty]")).to_contain_text("bad")
    assert {task["status"] for task in somebody.tasks().values()} == {"TODO"}
    expect(page.get_by_text("3 selected")).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text="by another")).to_be_visible()
    page.get_by_role("region").get_by_role("button", name="Done", exact=True).click()
    expect(page.get_by_role("region")).to_have_count(0)
    until(lambda: {task["status"] for task in somebody.tasks().values()} == {"DONE"})


def test_more_than_a_hundred_are_refused_before_they_are_sent(
    visitor: Visitor, person: Callable[..., Person]
) -> None:
    somebody = person()
    for first in (0, 60):
        operations = [{"op": "create", "title": f"{first + number}"} for number in range(60)]
        somebody.ask("POST", "tasks:bulk", json={"operations": operations})
    page = visitor.enter(somebody)
    for _ in range(2):
        page.get_by_role("button", name="Show more").click()
        expect(page.get_by_role("button", name="Loading")).to_have_count(0)
    expect(page.get_by_role("listitem")).to_have_count(120)
    page.get_by_label("Select 0", exact=True).check()
    page.get_by_role("button", name="Select all").click()
    sent: list[str] = []
    page.on("request", lambda it: sent.append(it.url) if ":bulk" in it.url else None)
    for name in ("Done", "Delete"):
        page.get_by_role("region").get_by_role("button", name=name, exact=True).click(force=True)

    expect(page.get_by_role("alert").filter(has_text="At most 100 at once")).to_be_visible()
    expect(page.get_by_role("listitem")).to_have_count(120)
    assert sent == []


def test_many_can_be_deleted_and_brought_back_together(
    visitor: Visitor, person: Callable[..., Person]
) -> None:
    somebody = person("a", "b", "c")
    page = visitor.enter(somebody)
    expect(page.get_by_role("listitem")).to_have_count(3)
    stand_still(page)
    page.get_by_label("Select a").check()
    page.get_by_label("Select b").check()
    page.get_by_role("region").get_by_role("button", name="Delete").click()
    expect(page.get_by_role("status").filter(has_text="Deleted 2 tasks")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("listitem")).to_have_count(3)

    page.get_by_label("Select a").check()
    page.get_by_label("Select b").check()
    page.get_by_role("region").get_by_role("button", name="Delete").click()
    with page.expect_response(lambda answer: ":bulk" in answer.url):
        page.clock.run_for(9_000)
    assert set(somebody.tasks()) == {"c"}


def test_a_bulk_that_is_switched_off_says_so_and_leaves_the_rest_alone(
    visitor: Visitor, person: Callable[..., Person]
) -> None:
    page = visitor.enter(person("a"))
    refusal = '{"detail": "Search and bulk are switched off at the moment."}'
    page.route(
        "**/tasks:bulk", lambda route: route.fulfill(status=503, headers={"Retry-After": "30"}, body=refusal)
    )
    page.get_by_label("Select a").check()
    page.get_by_role("region").get_by_role("button", name="Done", exact=True).click()

    told = page.get_by_role("alert").filter(
        has_text="The server cannot do this at the moment. Try again in 30 seconds."
    )
    expect(told).to_be_visible()
    expect(told.locator("[lang=en]")).to_have_text("Search and bulk are switched off at the moment.")
    expect(page.locator(".connection")).to_have_attribute("data-kind", "ok")
