"""Takes the pictures of README and docs: python -m tests.browser.pictures docs/images/task_page."""

from __future__ import annotations

import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import expect, sync_playwright

from tests.browser import debian
from tests.browser.conftest import CHROMIUM_ARGUMENTS, sign_in
from tests.browser.site import Person, served

NOW = datetime(2030, 3, 1, 0, 30, tzinfo=UTC)
ENGLISH = (
    ("Water the plants", {"priority": "LOW"}),
    (
        "Answer the auditors",
        {"status": "IN_PROGRESS", "description": "They ask who may restore, and who did so last."},
    ),
    ("Book the room for the drill", {"status": "DONE"}),
    ("Renew the certificate", {"priority": "HIGH", "due_date": -3}),
    (
        "Try a restore in the recovery Region",
        {"priority": "HIGH", "due_date": 50, "description": "By the runbook."},
    ),
    ("Read the night's report", {"due_date": 8}),
)
JAPANESE = (
    ("植物に水をやる", {"priority": "LOW"}),
    (
        "監査の質問に答える",
        {"status": "IN_PROGRESS", "description": "誰が復元できるか、最後に誰が行ったか。"},
    ),
    ("訓練の会議室を予約する", {"status": "DONE"}),
    ("証明書を更新する", {"priority": "HIGH", "due_date": -3}),
    (
        "災害復旧リージョンで復元を試す",
        {"priority": "HIGH", "due_date": 50, "description": "手順書のとおりに。"},
    ),
    ("夜間レポートを読む", {"due_date": 8}),
)


def fill(person: Person, tasks: Any) -> None:
    for title, fields in tasks:
        due = fields.get("due_date")
        moment = (NOW + timedelta(hours=due)).isoformat() if due else None
        person.make(title, **(fields | {"due_date": moment}))


def take(folder: Path) -> None:
    # The servers first: Playwright's event loop would be in their way.
    with tempfile.TemporaryDirectory(prefix="toban-pictures-") as name:
        Path(name).chmod(0o711)
        with served(Path(name)) as site, sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=debian.program("chromium"), args=CHROMIUM_ARGUMENTS
            )
            english, japanese = site.person(), site.person()
            fill(english, ENGLISH)
            fill(japanese, JAPANESE)

            def opened(person: Person, **options: Any) -> Any:
                usual = {"locale": "en-GB", "timezone_id": "Asia/Tokyo", "base_url": site.url}
                page = browser.new_context(**(usual | options)).new_page()
                page.clock.install(time=NOW)
                page.goto("/")
                sign_in(page, person)
                expect(page.locator(".task")).to_have_count(6)
                return page

            desktop, phone = {"width": 1000, "height": 700}, {"width": 390, "height": 780}
            page = opened(english, viewport=desktop)
            page.screenshot(path=folder / "desktop.png")
            page.get_by_role("button", name="Edit Answer the auditors").click()
            editor = page.get_by_role("dialog")
            editor.get_by_role("textbox", name="Description").fill(
                "They ask who may restore. Ask the team first."
            )
            english.change(
                english.tasks()["Answer the auditors"], description="Answered by phone.", priority="HIGH"
            )
            editor.get_by_role("button", name="Save").click()
            expect(editor.locator(".theirs")).to_have_count(1)
            page.screenshot(path=folder / "conflict.png")
            page = opened(english, viewport=phone, color_scheme="dark", has_touch=True, is_mobile=True)
            page.screenshot(path=folder / "phone-dark.png")
            page = opened(english, viewport=desktop, color_scheme="dark")
            page.get_by_label("Select Water the plants").check()
            page.get_by_label("Select Renew the certificate").check()
            page.screenshot(path=folder / "dark.png")
            opened(japanese, viewport=phone, locale="ja-JP", has_touch=True, is_mobile=True).screenshot(
                path=folder / "japanese.png"
            )
            browser.close()


if __name__ == "__main__":
    take(Path(sys.argv[1]))
