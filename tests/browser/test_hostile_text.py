"""What a person types is text and nothing else, in every field and everywhere it is shown."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.conftest import Visitor
    from tests.browser.site import Person

ATTEMPTS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "\"'><svg/onload=alert(1)>",
    "javascript:alert(1)",
    "{{constructor.constructor('alert(1)')()}}",
    "</title><iframe srcdoc='<script>alert(1)</script>'>",
    "<a href='javascript:alert(1)'>x</a><base href='//evil.example/'>",
    "\u202egnp.exe\u202c & &lt;b&gt; \u0000".replace("\u0000", ""),
    "__proto__",
)


def test_hostile_words_are_shown_as_they_are_wherever_a_task_appears(
    visitor: Visitor, person: Callable[..., Person]
) -> None:
    somebody = person()
    for text in ATTEMPTS:
        somebody.make(text, description=text)
    page = visitor.enter(somebody)
    expect(page.get_by_role("listitem")).to_have_count(len(ATTEMPTS))
    assert page.locator(".task .title").all_text_contents() == list(reversed(ATTEMPTS))

    for text in ATTEMPTS:
        row = page.locator(".task").filter(has=page.get_by_text(text, exact=True)).first
        row.locator(".title").click()
        expect(page.get_by_role("dialog").get_by_label("Title")).to_have_value(text)
        expect(page.get_by_role("dialog").get_by_label("Description")).to_have_value(text)
        page.keyboard.press("Escape")
        row.locator(".remove").click()
        page.keyboard.press("z")
    assert page.locator("main script, main img, main iframe, main a[href^=javascript], base").count() == 0


def test_hostile_words_typed_into_every_field_are_inert(
    visitor: Visitor, person: Callable[..., Person]
) -> None:
    somebody = person()
    for text in ATTEMPTS[:3]:
        page = visitor.open(f"/?q={text}&status={text}&sort={text}&due={text}")
        for label in ("User name", "Password"):
            page.get_by_label(label, exact=True).fill(text)
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert").filter(has_text="do not fit")).to_be_visible()
        page.get_by_role("button", name="New here?").click()
        page.get_by_label("E-mail").fill(text)
        page.keyboard.press("Enter")
        expect(page.get_by_label("E-mail")).to_have_attribute("aria-invalid", "true")
        page.close()

        page = visitor.enter(somebody)
        page.get_by_label("Add a task").fill(text)
        page.keyboard.press("Enter")
        expect(page.locator(".task .title").first).to_have_text(text)
        page.get_by_label("Search").fill(text)
        page.get_by_role("button", name="New task").click()
        page.get_by_role("dialog").get_by_label("Title").fill(text)
        page.get_by_role("dialog").get_by_label("Description").fill(text)
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("dialog")).to_have_count(0)
        page.close()


@pytest.mark.parametrize("text", ATTEMPTS[:4])
def test_hostile_words_are_inert_in_conflicts_reminders_news_and_faults(
    visitor: Visitor, person: Callable[..., Person], text: str
) -> None:
    somebody = person()
    soon = datetime.now(UTC) + timedelta(minutes=30)  # noqa: TID251 - the page's own clock is the browser's
    task = somebody.make(text, description=text, due_date=soon.isoformat())
    page = visitor.enter(somebody)
    expect(page.get_by_role("status").filter(has_text=f"“{text}” is due")).to_be_visible()
    page.get_by_role("button", name="Close").click()
    page.locator(".task .title").click()
    editor = page.get_by_role("dialog")
    editor.get_by_label("Description").fill("mine")
    somebody.change(task, description=f"{text} of another")
    editor.get_by_role("button", name="Save").click()
    expect(editor.locator(".theirs")).to_contain_text(f"{text} of another")
    page.keyboard.press("Escape")
    page.locator(".task .pick input").check()
    somebody.change(task, priority="HIGH")
    page.get_by_role("region").get_by_role("button", name="To do", exact=True).click()
    expect(page.get_by_role("alert").filter(has_text=f"“{text}”: It has changed")).to_be_visible()
    page.route(
        "**/api/v1/tasks",
        lambda route: route.fulfill(status=503, body=json.dumps({"detail": text, "title": text})),
    )
    page.get_by_label("Add a task").fill(text)
    page.keyboard.press("Enter")
    expect(page.locator(".add [lang=en]")).to_have_text(text)
    page.unroute("**/api/v1/tasks")
    page.locator(".task .remove").click()
    expect(page.get_by_role("status").filter(has_text=f"Deleted “{text}”")).to_be_visible()
    assert (
        page.locator("main script, main img, main iframe, .notices img, .notices script, base").count() == 0
    )


def test_a_hostile_device_name_is_shown_as_it_is(visitor: Visitor, person: Callable[..., Person]) -> None:
    somebody = person()
    login = {"username": somebody.name, "password": "correct horse battery", "device": ATTEMPTS[1]}
    somebody.ask("POST", "auth/login", json=login)
    page = visitor.enter(somebody, "/sessions")

    expect(page.get_by_text(ATTEMPTS[1])).to_be_visible()


def test_the_policy_of_the_page_refuses_scripts_styles_and_strangers(visitor: Visitor) -> None:
    page = visitor.open()
    refused = page.evaluate(
        """async () => {
          const refused = [];
          document.addEventListener("securitypolicyviolation", (it) => refused.push(it.effectiveDirective));
          const inline = document.createElement("style");
          inline.textContent = "p{}";
          document.head.append(inline);
          await fetch("https://evil.example/").catch(() => 0);
          try { document.body.innerHTML = "<b>x</b>" } catch { refused.push("trusted types threw") }
          await new Promise((done) => setTimeout(done));
          return refused.sort();
        }"""
    )
    visitor.faults.clear()

    assert {"connect-src", "style-src-elem", "trusted types threw"} <= set(refused)
