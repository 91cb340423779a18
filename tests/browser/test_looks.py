"""The page in every state and theme: no fault that axe finds, no sideways scroll, room for a thumb."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.browser.answers import Held
from tests.browser.page_build import FRONTEND

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator, Page

    from tests.browser.conftest import Visitor
    from tests.browser.site import Person

AXE = (FRONTEND / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
WIDTHS = {"desktop": {"width": 1280, "height": 800}, "phone": {"width": 390, "height": 780}}
LONG = "a-very-long-word-" * 11


AT_REST = """async () => {
  for (let moving; (moving = document.getAnimations().filter((it) => it.playState !== "finished")).length; )
    await Promise.allSettled(moving.map((it) => it.finished));
}"""
FADED = """() => [...document.querySelectorAll("body *")]
  .filter((it) => it.checkVisibility() && getComputedStyle(it).opacity !== "1").map((it) => it.outerHTML)"""


def axe(page: Page) -> list[str]:
    """Returns what axe finds, by rule and place, once nothing moves any more; and what is left half seen."""
    page.evaluate(AT_REST)
    # By the debugger's protocol, which the page's own policy does not bind.
    page.evaluate(f"() => {{ {AXE}; globalThis.axe = window.axe }}")
    found: dict[str, Any] = page.evaluate("axe.run({resultTypes: ['violations']})")
    return [
        f"{it['id']}: {node['html'][:150]} {node['failureSummary'][:300]}"
        for it in found["violations"]
        for node in it["nodes"]
    ] + [f"faded: {html[:150]}" for html in page.evaluate(FADED)]


def contrast(button: Locator) -> float:
    """Returns how far a button's words stand out from its ground, by WCAG's formula: 1 to 21."""
    shown: list[list[int]] = button.evaluate(
        """(it) => [getComputedStyle(it).color, getComputedStyle(it).backgroundColor].map((colour) => {
          const canvas = new OffscreenCanvas(1, 1).getContext("2d");
          canvas.fillStyle = colour;
          canvas.fillRect(0, 0, 1, 1);
          return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
        })"""
    )
    linear = [
        [value / 3294 if value <= 10 else ((value / 255 + 0.055) / 1.055) ** 2.4 for value in rgb]
        for rgb in shown
    ]
    less, more = sorted(0.2126 * red + 0.7152 * green + 0.0722 * blue for red, green, blue in linear)
    return (more + 0.05) / (less + 0.05)


def sideways(page: Page) -> int:
    overflow: int = page.evaluate("document.scrollingElement.scrollWidth - innerWidth")
    return overflow


def a_full_list(somebody: Person) -> None:
    somebody.make("plain")
    somebody.make(
        "important and late", priority="HIGH", due_date="2020-01-01T00:00:00Z", description="why " * 40
    )
    somebody.make("low, in progress", priority="LOW", status="IN_PROGRESS", due_date="2040-01-01T00:00:00Z")
    somebody.make("done", status="DONE")
    somebody.make(LONG)


def states(page: Page, somebody: Person, theme: str) -> dict[str, list[str]]:
    """Walks through every state of the page and returns what axe and a ruler find in each."""
    found: dict[str, list[str]] = {}

    def look(state: str) -> None:
        faults = axe(page)
        if sideways(page) > 0:
            faults.append(f"{sideways(page)} px too wide")
        if faults:
            found[state] = faults

    expect(page.get_by_role("listitem")).to_have_count(5)
    look("list")
    page.get_by_label("Select plain").check()
    look("selection")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Menu").click()
    look("menu")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Edit plain").press("Enter")
    editor = page.get_by_role("dialog")
    editor.get_by_role("textbox", name="Title").fill("")
    editor.get_by_role("button", name="Save").click()
    look("editor with a fault")
    editor.get_by_role("textbox", name="Title").fill("mine")
    task = next(task for title, task in somebody.tasks().items() if title.startswith("plain"))
    somebody.change(task, title=f"plain by another, {theme}", priority="LOW")
    editor.get_by_role("button", name="Save").click()
    expect(editor.locator(".theirs")).to_have_count(1)
    look("conflict")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Open it again")).to_be_visible()
    look("news")
    page.get_by_role("button", name="Delete low").click()
    # Its eight seconds stand still while somebody points at it.
    page.get_by_role("button", name="Undo").hover()
    look("undo")
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("button", name="Edit done").focus()
    page.keyboard.press("?")
    look("keys")
    page.keyboard.press("Escape")
    page.get_by_label("Search").fill("nothing of the kind")
    expect(page.get_by_text("No task fits")).to_be_visible()
    look("empty")
    page.route(
        "**/api/v1/tasks**", lambda route: route.fulfill(status=503, headers={"Retry-After": "60"}, body="{}")
    )
    page.get_by_label("Add a task").fill("refused")
    page.get_by_label("Add a task").press("Enter")
    expect(page.get_by_role("alert").filter(has_text="The server cannot do this")).to_be_visible()
    look("refused, server away")
    page.unroute("**/api/v1/tasks**")
    page.goto("/sessions")
    expect(page.get_by_role("listitem")).not_to_have_count(0)
    look("sessions")
    return found


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_in_any_state(
    visitor: Visitor, person: Callable[..., Person], theme: str, width: str
) -> None:
    somebody = person()
    a_full_list(somebody)
    page = visitor.enter(somebody, color_scheme=theme, viewport=WIDTHS[width])

    assert states(page, somebody, theme) == {}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_before_and_after_a_session(
    visitor: Visitor, person: Callable[..., Person], theme: str
) -> None:
    page = visitor.open(color_scheme=theme)
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert axe(page) == []
    page.get_by_role("button", name="New here?").click()
    page.get_by_role("button", name="Make an account").click()
    assert axe(page) == []
    page.goto("/nowhere")
    assert axe(page) == []

    somebody = person("behind")
    page = visitor.enter(somebody, color_scheme=theme)
    expect(page.get_by_role("listitem")).to_have_count(1)
    somebody.ask("POST", "auth/logout-all")
    page.get_by_label("Status").select_option("To do")
    expect(page.get_by_role("dialog", name="Your session has ended")).to_be_visible()
    assert axe(page) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_while_something_is_on_its_way(
    visitor: Visitor, person: Callable[..., Person], theme: str
) -> None:
    page = visitor.enter(person("edited"), color_scheme=theme)
    held = Held(page, "**/api/v1/tasks*", "POST")
    page.get_by_label("Add a task").fill("on its way")
    page.get_by_label("Add a task").press("Enter")
    add = page.get_by_role("button", name="Add", exact=True)
    expect(add).to_have_attribute("aria-disabled", "true")
    assert axe(page) == []
    # axe asks no contrast of what rests; a person reads it all the same.
    assert contrast(add) >= 4.5
    held.wait()
    held.end()
    expect(page.get_by_label("Add a task")).to_have_value("")
    held = Held(page, "**/api/v1/tasks/*", "PATCH")
    page.get_by_role("button", name="Edit edited").click()
    page.get_by_role("dialog").get_by_label("Title").fill("edited again")
    page.get_by_role("button", name="Save").click()
    saving = page.get_by_role("button", name="Saving…")
    expect(saving).to_be_visible()
    assert axe(page) == []
    assert contrast(saving) >= 4.5
    held.wait()
    held.end()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_at_320_pixels_nothing_scrolls_sideways_and_nothing_is_cut(
    visitor: Visitor, person: Callable[..., Person]
) -> None:
    somebody = person()
    a_full_list(somebody)
    page = visitor.enter(somebody, viewport={"width": 320, "height": 640})
    expect(page.get_by_role("listitem")).to_have_count(5)
    assert sideways(page) <= 0
    page.get_by_label("Select plain").check()
    assert sideways(page) <= 0
    page.get_by_role("button", name="Edit plain").click()
    page.get_by_role("dialog").get_by_label("Due").fill("2035-05-01T10:00")
    assert sideways(page) <= 0
    assert page.evaluate(
        "() => { const it = document.querySelector('dialog'); return it.scrollWidth <= it.clientWidth }"
    )
    page.keyboard.press("Escape")
    page.goto("/sessions")
    expect(page.get_by_role("listitem")).not_to_have_count(0)
    assert sideways(page) <= 0


def test_everything_that_can_be_pressed_has_room_for_a_thumb(
    visitor: Visitor, person: Callable[..., Person]
) -> None:
    somebody = person()
    a_full_list(somebody)
    page = visitor.enter(somebody, viewport=WIDTHS["phone"], has_touch=True, is_mobile=True)
    expect(page.get_by_role("listitem")).to_have_count(5)
    page.get_by_label("Select plain").check()
    small = page.evaluate(
        """() => [...document.querySelectorAll("button, a[href], input, select, label.pick")]
          .map((it) => [it.closest("label") ?? it, it])
          .filter(([it]) => it.checkVisibility() && !it.closest(".skip"))
          .map(([it, named]) => [named.ariaLabel ?? named.id, it.getBoundingClientRect()])
          .filter(([, box]) => box.width < 24 || box.height < 24)
          .map(([name, box]) => `${name} ${box.width}x${box.height}`)"""
    )

    assert small == []


def test_a_theme_is_chosen_kept_and_there_at_the_first_paint(visitor: Visitor) -> None:
    page = visitor.open(color_scheme="light")
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    light = page.evaluate(ground)
    page.get_by_role("button", name="Menu").click()
    page.get_by_label("Theme").select_option("Dark")
    dark = page.evaluate(ground)
    assert light != dark
    page.route("**/assets/*.js", lambda route: route.abort())
    page.reload()
    assert page.evaluate(ground) == dark
    page.emulate_media(color_scheme="dark")
    page.evaluate("localStorage.removeItem('toban.theme')")
    page.reload()
    assert page.evaluate(ground) == dark
    visitor.faults.clear()


def test_colours_of_the_system_show_done_chosen_and_main_by_shape(
    visitor: Visitor, person: Callable[..., Person]
) -> None:
    somebody = person("open")
    somebody.make("done", status="DONE")
    page = visitor.enter(somebody, forced_colors="active")
    page.get_by_label("Select open").check()
    chosen = page.get_by_role("listitem").filter(has_text="open")
    assert chosen.evaluate("(it) => getComputedStyle(it).outlineStyle") == "solid"
    tick = "(it) => getComputedStyle(it.querySelector('.done path')).visibility"
    assert page.get_by_role("listitem").filter(has_text="done").evaluate(tick) == "visible"
    assert chosen.evaluate(tick) == "hidden"
    assert axe(page) == []


def test_who_wants_less_motion_gets_none(visitor: Visitor, person: Callable[..., Person]) -> None:
    page = visitor.enter(person("still"), reduced_motion="reduce")
    page.get_by_role("button", name="Delete still").click()
    expect(page.get_by_role("button", name="Undo")).to_be_visible()

    assert page.evaluate("document.getAnimations().length") == 0
    moving = (
        "[...document.querySelectorAll('*')].some((it) => getComputedStyle(it).transitionDuration !== '0s')"
    )
    assert not page.evaluate(moving)


def test_paper_gets_the_tasks_and_nothing_to_press(visitor: Visitor, person: Callable[..., Person]) -> None:
    somebody = person()
    a_full_list(somebody)
    page = visitor.enter(somebody, color_scheme="dark")
    expect(page.get_by_role("listitem")).to_have_count(5)
    page.emulate_media(media="print")

    for gone in (".bar", ".add", ".filters", ".remove", ".pick"):
        expect(page.locator(gone).first).to_be_hidden()
    expect(page.get_by_role("listitem").filter(has_text="important")).to_contain_text("overdue")
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(246, 247, 249)"


def test_words_four_times_as_large_still_fit(visitor: Visitor, person: Callable[..., Person]) -> None:
    somebody = person()
    a_full_list(somebody)
    page = visitor.enter(somebody, viewport={"width": 1280, "height": 1024})
    # WCAG 1.4.10: at 400 % the page has a quarter of its width.
    page.set_viewport_size({"width": 320, "height": 256})
    expect(page.get_by_role("listitem")).to_have_count(5)

    assert sideways(page) <= 0
    page.get_by_role("button", name="Edit plain").press("Enter")
    expect(page.get_by_role("button", name="Save")).to_be_attached()
    page.get_by_role("button", name="Save").scroll_into_view_if_needed()
    expect(page.get_by_role("button", name="Save")).to_be_in_viewport()
