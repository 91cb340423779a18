"""How fast the page shows on loopback, the best of a few visits, and that nothing jumps in any of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from tests.browser.conftest import Visitor
    from tests.browser.site import Person

FIRST_PAINT_MS: Final = 150
LARGEST_PAINT_MS: Final = 400
SHIFT: Final = 0.02
VISITS: Final = 5
MOST_VISITS: Final = 30
_WATCH: Final = """
globalThis.seen = {first: 0, largest: 0, shift: 0};
const watch = (type, take) =>
  new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({type, buffered: true});
watch("paint", (it) => { if (it.name === "first-contentful-paint") seen.first = it.startTime });
watch("largest-contentful-paint", (it) => { seen.largest = it.startTime });
watch("layout-shift", (it) => { if (!it.hadRecentInput) seen.shift += it.value });
"""


def figures(page: Page, settled: str) -> dict[str, float]:
    """Visits several times; returns the least of each time and the most of what jumped.

    Time is also what other programs take: while it is too long there are more visits, and one that nobody
    disturbed is enough. What takes too long by itself does so in all of them.
    """
    visits: list[dict[str, float]] = []
    while len(visits) < MOST_VISITS:
        page.reload()
        expect(page.locator(settled).first).to_be_visible()
        page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
        visits.append(page.evaluate("seen"))
        assert visits[-1]["first"]
        assert visits[-1]["largest"]
        found = {name: min(visit[name] for visit in visits) for name in ("first", "largest")}
        if (
            len(visits) >= VISITS
            and found["first"] <= FIRST_PAINT_MS
            and found["largest"] <= LARGEST_PAINT_MS
        ):
            break
    return found | {"shift": max(visit["shift"] for visit in visits)}


def within(found: dict[str, float]) -> None:
    assert found["first"] <= FIRST_PAINT_MS, found
    assert found["largest"] <= LARGEST_PAINT_MS, found
    assert found["shift"] <= SHIFT, found


def test_the_way_in_shows_at_once_and_stays_where_it_is(visitor: Visitor) -> None:
    context = visitor.context()
    context.add_init_script(_WATCH)
    page = context.new_page()
    page.goto("/")

    found = figures(page, "form.stack")
    print(found)  # noqa: T201 - `pytest -s` shows the figures
    within(found)


def test_a_list_of_fifty_shows_at_once_and_stays_where_it_is(
    visitor: Visitor, person: Callable[..., Person]
) -> None:
    somebody = person()
    somebody.ask(
        "POST", "tasks:bulk", json={"operations": [{"op": "create", "title": f"{n}"} for n in range(60)]}
    )
    page = visitor.enter(somebody)
    page.context.add_init_script(_WATCH)

    found = figures(page, ".task")
    print(found)  # noqa: T201 - as above
    within(found)


def test_no_turn_of_the_first_drawing_makes_more_rows_than_fill_a_screen(
    visitor: Visitor, person: Callable[..., Person]
) -> None:
    """A long turn hears no finger; how long it is depends on the machine, how many rows it has does not."""
    somebody = person()
    operations = [{"op": "create", "title": f"{number}"} for number in range(50)]
    somebody.ask("POST", "tasks:bulk", json={"operations": operations})
    page = visitor.enter(somebody)
    page.context.add_init_script(
        """globalThis.drawn = [];
        new MutationObserver((all) => {
          const rows = all.flatMap((it) => [...it.addedNodes])
            .flatMap((it) => it.matches?.(".task") ? [it] : [...it.querySelectorAll?.(".task") ?? []]);
          if (rows.length) drawn.push(new Set(rows).size);
        }).observe(document, {childList: true, subtree: true});"""
    )
    page.reload()
    expect(page.get_by_role("listitem")).to_have_count(50)

    assert page.evaluate("drawn") == [12, 12, 12, 12, 2]


def test_a_list_without_dates_asks_no_calendar(visitor: Visitor, person: Callable[..., Person]) -> None:
    """A first look at a browser's calendars reads all of them, which took longer than our own script."""
    page = visitor.enter(person("some day"))
    page.context.add_init_script(
        """globalThis.looked = [];
        for (const name of ["DateTimeFormat", "RelativeTimeFormat", "NumberFormat", "PluralRules"]) {
          const note = (act) => (...all) => { looked.push(name); return act(...all) };
          const both = {apply: note(Reflect.apply), construct: note(Reflect.construct)};
          Intl[name] = new Proxy(Intl[name], both);
        }"""
    )
    page.reload()
    expect(page.get_by_role("listitem")).to_have_count(1)
    assert page.evaluate("looked") == []

    page.get_by_role("button", name="Edit some day").click()
    expect(page.get_by_text("In your time zone")).to_be_visible()
    assert "DateTimeFormat" in page.evaluate("looked")
