"""The page speaks English and Japanese, to each reader their own, and forgets no word."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.browser.test_looks import AXE, axe, sideways

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.conftest import Visitor
    from tests.browser.site import Person

assert AXE
_ENGLISH = re.compile(r"[A-Za-z]{3,}")
_NAMES = re.compile(
    r"Toban|English|Language|Asia/Tokyo|person-\d+|Enter|Chrome|Linux|Delete|Esc|JST|another device"
)


def test_a_whole_day_in_japanese(visitor: Visitor, person: Callable[..., Person]) -> None:
    somebody = person()
    somebody.make("買い物", description="牛乳", priority="HIGH", due_date="2030-01-31T00:00:00Z")
    page = visitor.open(locale="ja-JP")
    assert page.evaluate("document.documentElement.lang") == "ja"
    page.get_by_label("ユーザー名").fill(somebody.name)
    page.get_by_label("パスワード", exact=True).fill("wrong wrong wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert").filter(has_text="一致しません")).to_be_visible()
    page.get_by_label("パスワード", exact=True).fill("correct horse battery")
    page.keyboard.press("Enter")

    row = page.get_by_role("listitem").filter(has_text="買い物")
    expect(row).to_contain_text("2030年1月31日 09:00")
    expect(row).to_contain_text("高")
    expect(page.get_by_role("status").filter(has_text="1件を表示")).to_be_visible()
    expect(page).to_have_title("タスク · Toban")
    page.get_by_label("タスクを追加").fill("掃除")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="掃除 を編集")).to_be_visible()
    page.get_by_role("button", name="掃除 を削除").click()
    expect(page.get_by_role("status").filter(has_text="「掃除」を削除しました")).to_be_visible()
    page.get_by_role("button", name="元に戻す").click()
    assert axe(page) == []
    assert sideways(page) <= 0

    page.get_by_role("button", name="買い物 を編集").click()
    somebody.change(somebody.tasks()["買い物"], title="買い物、変更")
    page.get_by_role("dialog").get_by_role("textbox", name="タイトル").fill("食料品")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("alert").filter(has_text="ほかの人が変更しました")).to_be_visible()
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("button", name="食料品 を編集")).to_be_visible()


def test_no_english_word_is_left_in_the_japanese_page(
    visitor: Visitor, person: Callable[..., Person]
) -> None:
    somebody = person("一", "二")
    page = visitor.enter(somebody, locale="ja-JP")
    expect(page.get_by_role("listitem")).to_have_count(2)
    said = [page.locator("body").inner_text()]
    page.get_by_label("一 を選択").check()
    said.append(page.locator("body").inner_text())
    page.keyboard.press("Escape")
    page.get_by_role("button", name="メニュー").click()
    said.append(page.locator("body").inner_text())
    page.keyboard.press("Escape")
    page.get_by_role("button", name="一 を編集").click()
    page.get_by_role("dialog").get_by_label("期限").fill("2035-05-01T10:00")
    said.append(page.locator("body").inner_text())
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    said.append(page.locator("body").inner_text())
    page.goto("/sessions")
    expect(page.get_by_role("listitem")).to_have_count(2)
    said.append(page.locator("body").inner_text())
    labels = page.evaluate(
        """[...document.querySelectorAll("[aria-label], [title]")].map((it) => it.ariaLabel + it.title)"""
    )
    for text in [*said, *labels]:
        assert _ENGLISH.findall(_NAMES.sub("", text)) == [], text


def test_a_chosen_language_stays_and_what_was_typed_with_it(
    visitor: Visitor, person: Callable[..., Person]
) -> None:
    page = visitor.enter(person("kept"))
    page.get_by_label("Add a task").fill("typed before")
    page.get_by_role("button", name="Menu").click()
    page.get_by_label("Language").select_option("日本語")
    expect(page.get_by_label("タスクを追加")).to_have_value("typed before")
    page.reload()

    expect(page.get_by_role("button", name="kept を編集")).to_be_visible()
    assert page.evaluate("document.documentElement.lang") == "ja"


def test_a_reader_of_a_third_language_gets_english(visitor: Visitor) -> None:
    page = visitor.open(locale="de-DE")

    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert page.evaluate("document.documentElement.lang") == "en"
