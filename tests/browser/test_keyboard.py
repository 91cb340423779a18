"""Everything by keyboard; single keys rest while somebody types or composes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.browser.conftest import sign_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.conftest import Visitor
    from tests.browser.site import Person


def test_a_whole_day_goes_by_keys_alone(visitor: Visitor, person: Callable[..., Person]) -> None:
    somebody = person("third", "second", "first")
    page = visitor.enter(somebody)
    key = page.keyboard.press
    expect(page.get_by_role("listitem")).to_have_count(3)

    key("j")
    expect(page.get_by_role("button", name="Edit first")).to_be_focused()
    key("j")
    key("j")
    key("j")
    expect(page.get_by_role("button", name="Edit third")).to_be_focused()
    key("k")
    expect(page.get_by_role("button", name="Edit second")).to_be_focused()

    key("e")
    editor = page.get_by_role("dialog", name="Edit task")
    expect(editor.get_by_label("Title")).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.type("second, changed")
    key("Enter")
    expect(editor).to_have_count(0)
    expect(page.get_by_role("button", name="Edit second, changed")).to_be_focused()

    key("d")
    expect(page.get_by_role("button", name="Done: second, changed")).to_have_attribute("aria-pressed", "true")
    key("x")
    key("j")
    key("x")
    expect(page.get_by_text("2 selected")).to_be_visible()
    key("Escape")
    expect(page.get_by_text("2 selected")).to_have_count(0)

    key("Delete")
    expect(page.get_by_role("button", name="Edit third")).to_have_count(0)
    expect(page.get_by_role("button", name="Edit second, changed")).to_be_focused()
    key("z")
    expect(page.get_by_role("button", name="Edit third")).to_be_visible()

    key("n")
    expect(page.get_by_label("Add a task")).to_be_focused()
    page.keyboard.type("njkxed?/z")
    key("Enter")
    expect(page.get_by_role("button", name="Edit njkxed?/z")).to_be_visible()
    key("Escape")
    key("/")
    expect(page.get_by_label("Search")).to_be_focused()
    key("Escape")
    key("?")
    keys = page.get_by_role("dialog", name="Keyboard")
    expect(keys).to_be_visible()
    key("Escape")
    expect(keys).to_have_count(0)
    assert set(somebody.tasks()) == {"first", "second, changed", "third", "njkxed?/z"}


def test_keys_do_not_act_below_a_dialog_nor_with_a_modifier_nor_while_composing(
    visitor: Visitor, person: Callable[..., Person]
) -> None:
    page = visitor.enter(person("calm"))
    page.get_by_role("button", name="Edit calm").focus()
    page.keyboard.press("Alt+x")
    page.evaluate(
        """() => { for (const more of [{isComposing: true}, {keyCode: 229}, {ctrlKey: true}, {metaKey: true}])
             dispatchEvent(new KeyboardEvent("keydown", {key: "x", bubbles: true, ...more})) }"""
    )
    expect(page.get_by_text("1 selected")).to_have_count(0)
    page.keyboard.press("?")
    page.keyboard.press("x")
    page.keyboard.press("n")
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_visible()
    expect(page.get_by_text("1 selected")).to_have_count(0)


def test_a_key_acts_from_the_moment_at_which_the_page_is_there(
    visitor: Visitor, person: Callable[..., Person]
) -> None:
    """Each key comes in the very turn in which what it acts on is put into the page: nobody is quicker."""
    somebody = person("below", "first")
    context = visitor.context()
    context.add_init_script(
        """const press = (key) => dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true}));
        globalThis.focused = {};
        const keys = new Map([["#add", "n"], [".task", "j"]]);
        new MutationObserver(() => {
          for (const [selector, key] of keys) if (document.querySelector(selector)) {
            keys.delete(selector);
            document.activeElement?.blur();
            press(key);
            focused[key] = document.activeElement?.id || document.activeElement?.ariaLabel;
          }
        }).observe(document, {childList: true, subtree: true});
        addEventListener("DOMContentLoaded", () => { if (globalThis.early) press("?") });"""
    )
    page = context.new_page()
    page.goto("/")
    sign_in(page, somebody)
    expect(page.get_by_role("listitem")).to_have_count(2)
    assert page.evaluate("focused") == {"n": "add", "j": "Edit first"}

    context.add_init_script("globalThis.early = true")
    page.reload()
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_visible()


def test_single_keys_can_be_switched_off_for_good(visitor: Visitor, person: Callable[..., Person]) -> None:
    page = visitor.enter(person("quiet"))
    page.keyboard.press("?")
    page.get_by_label("Single keys act").uncheck()
    page.get_by_role("button", name="Close").click()
    page.reload()
    expect(page.get_by_role("button", name="Edit quiet")).to_be_visible()
    page.keyboard.press("j")
    page.keyboard.press("?")

    expect(page.get_by_role("button", name="Edit quiet")).not_to_be_focused()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_the_focus_stays_in_a_dialog_and_goes_back_to_where_it_was(
    visitor: Visitor, person: Callable[..., Person]
) -> None:
    page = visitor.enter(person("home"))
    page.get_by_role("button", name="Edit home").focus()
    page.keyboard.press("Enter")
    editor = page.get_by_role("dialog")
    for _ in range(12):
        page.keyboard.press("Tab")
        inside = page.evaluate(
            "() => document.activeElement === document.body || !!document.activeElement.closest('dialog')"
        )
        assert inside
    page.keyboard.press("Escape")
    expect(editor).to_have_count(0)
    expect(page.get_by_role("button", name="Edit home")).to_be_focused()


def test_the_first_tab_skips_to_the_tasks(visitor: Visitor, person: Callable[..., Person]) -> None:
    page = visitor.enter(person("target"), "/")
    expect(page.get_by_role("button", name="Edit target")).to_be_visible()
    page.reload()
    expect(page.get_by_role("button", name="Edit target")).to_be_visible()
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the tasks")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Add a task")).to_be_focused()
