"""Due dates are typed and read in the reader's zone, kept as instants, and reminded of in time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import sign_in
from tests.browser.page_build import FRONTEND, ROOT, node

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.browser.conftest import Visitor
    from tests.browser.site import Person

LAWS = ROOT / "tests" / "browser" / "laws" / "time.mjs"


@pytest.mark.parametrize(
    ("zone", "typed", "instant"),
    [
        ("Asia/Tokyo", "2030-07-01T09:00", "2030-07-01T00:00:00Z"),
        ("America/New_York", "2030-07-01T09:00", "2030-07-01T13:00:00Z"),
        ("America/New_York", "2030-12-01T00:00", "2030-12-01T05:00:00Z"),
        ("Asia/Kathmandu", "2030-07-01T00:05", "2030-06-30T18:20:00Z"),
        ("Pacific/Kiritimati", "2030-01-01T00:00", "2029-12-31T10:00:00Z"),
    ],
)
def test_a_due_date_is_typed_in_the_readers_zone_and_kept_as_an_instant(
    visitor: Visitor, person: Callable[..., Person], zone: str, typed: str, instant: str
) -> None:
    somebody = person("dated")
    page = visitor.enter(somebody, timezone_id=zone)
    page.get_by_role("button", name="Edit dated").click()
    editor = page.get_by_role("dialog")
    # Chromium calls Kathmandu by its older name.
    expect(editor.get_by_text(f"In your time zone, {zone.replace('Kathm', 'Katm')}")).to_be_visible()
    editor.get_by_label("Due").fill(typed)
    editor.get_by_role("button", name="Save").click()
    expect(editor).to_have_count(0)
    assert somebody.tasks()["dated"]["due_date"] == instant

    page.get_by_role("button", name="Edit dated").click()
    expect(editor.get_by_label("Due")).to_have_value(typed)


def test_another_zone_reads_the_same_moment_as_its_own(
    visitor: Visitor, person: Callable[..., Person]
) -> None:
    somebody = person()
    somebody.make("call", due_date="2030-01-31T23:30:00Z")

    for zone, words in (("Asia/Tokyo", "1 Feb 2030 08:30"), ("America/Los_Angeles", "31 Jan 2030 15:30")):
        page = visitor.enter(somebody, timezone_id=zone)
        expect(page.get_by_role("time")).to_have_text(words)


def test_a_change_of_the_title_leaves_the_seconds_of_a_due_date_alone(
    visitor: Visitor, person: Callable[..., Person]
) -> None:
    somebody = person()
    somebody.make("exact", due_date="2030-01-31T23:30:42.5Z")
    before = somebody.tasks()["exact"]["due_date"]
    page = visitor.enter(somebody)
    page.get_by_role("button", name="Edit exact").click()
    page.get_by_role("dialog").get_by_label("Title").fill("exact still")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("dialog")).to_have_count(0)

    assert somebody.tasks()["exact still"]["due_date"] == before


def test_days_of_the_filters_are_the_readers_days(visitor: Visitor, person: Callable[..., Person]) -> None:
    somebody = person()
    # In Tokyo, at 08:00 on 2 March: yesterday evening, tonight, in three days.
    for title, due in (
        ("past", "2030-03-01T12:00:00Z"),
        ("today", "2030-03-02T14:30:00Z"),
        ("later", "2030-03-05T00:00:00Z"),
    ):
        somebody.make(title, due_date=due)
    page = visitor.context().new_page()
    page.clock.install(time=datetime(2030, 3, 1, 23, tzinfo=UTC))
    page.goto("/")
    sign_in(page, somebody)
    expect(page.get_by_role("listitem").filter(has_text="past")).to_contain_text("overdue · yesterday 21:00")
    expect(page.get_by_role("listitem").filter(has_text="later")).to_contain_text("Tue 09:00")
    for due, titles in (("Before now", ["past"]), ("Today", ["today"]), ("Next 7 days", ["later", "today"])):
        page.get_by_label("Due", exact=True).select_option(due)
        expect(page.locator(".task .title")).to_have_text(titles)


def test_what_is_due_within_the_hour_is_told_once(visitor: Visitor, person: Callable[..., Person]) -> None:
    somebody = person()
    soon = datetime.now(UTC) + timedelta(minutes=30)  # noqa: TID251 - the page's own clock is the browser's
    somebody.make("take off", due_date=soon.isoformat())
    somebody.make("done already", due_date=soon.isoformat(), status="DONE")
    somebody.make("next year", due_date=(soon + timedelta(days=365)).isoformat())
    page = visitor.enter(somebody)
    reminder = page.get_by_role("status").filter(has_text="“take off” is due")
    expect(reminder).to_be_visible()
    expect(page.locator(".notice")).to_have_count(1)
    page.get_by_role("button", name="Close").click()
    page.reload()
    expect(page.get_by_role("listitem")).to_have_count(3)
    expect(page.locator(".notice")).to_have_count(0)


def test_a_reminder_is_a_system_notification_for_who_wants_it(
    visitor: Visitor, person: Callable[..., Person]
) -> None:
    somebody = person()
    context = visitor.context(permissions=["notifications"])
    context.add_init_script(
        """globalThis.notified = []; const permission = "granted";
        globalThis.Notification = class { constructor(title, more) { notified.push(more.body) }
          static permission = permission; static requestPermission = async () => permission };"""
    )
    page = context.new_page()
    page.goto("/")
    sign_in(page, somebody)
    page.get_by_role("button", name="Menu").click()
    page.get_by_label("System notifications").check()
    page.keyboard.press("Escape")
    soon = datetime.now(UTC) + timedelta(minutes=20)  # noqa: TID251 - as above
    somebody.make("board", due_date=soon.isoformat())
    page.reload()

    expect(page.get_by_role("status").filter(has_text="“board” is due")).to_be_visible()
    assert "board" in page.evaluate("notified.join()")


def test_the_editor_says_when_the_reminder_will_come(visitor: Visitor, person: Callable[..., Person]) -> None:
    page = visitor.enter(person("meet"))
    page.get_by_role("button", name="Edit meet").click()
    page.get_by_role("dialog").get_by_label("Due").fill("2035-05-01T10:00")

    expect(page.get_by_role("dialog")).to_contain_text("A reminder comes at 1 May 2035 09:00")


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Tokyo", "Asia/Kathmandu", "UTC"])
def test_local_times_and_instants_turn_into_each_other_without_loss(tmp_path: Path, zone: str) -> None:
    node("vite", "build", "--logLevel", "warn", "--outDir", str(tmp_path / "built"), "--ssr", "src/time.ts")
    [module] = (tmp_path / "built").glob("time*.js")
    (tmp_path / "node_modules").symlink_to(FRONTEND / "node_modules")
    node("node", str(LAWS), str(module), TZ=zone)
