"""Nights under faults, by named stories: one cause is told once, its end once, and no note fails a tick."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from functions.core.errors import TemporaryError
from tests.fakes.world import World
from tests.fuzz.playing import Played, play
from tests.fuzz.story import FAULTS, Event, Story
from tests.unit.night_scaling.nights import EVENING, FRIDAY, MONDAY, TICK, asleep, tick

TUESDAY = datetime(2026, 11, 24, 3, tzinfo=UTC)
AT_TEN = 600
"""Minutes from noon to ten in the evening."""
ALL_NIGHT = 480


def night(*events: Event) -> Story:
    return Story(
        seed=0,
        begin=TUESDAY,
        days=1,
        sizes=((1, 3, 6),),
        replicas=(2, 2),
        databases=("ok",),
        night=(1, "reduced", "stopped"),
        share=50,
        guarded=False,
        events=events,
    )


def told(played: Played, to: str) -> list[str]:
    return [subject for _, audience, subject in played.told if audience == to and "begins at" not in subject]


def test_a_night_with_the_table_throttled_from_ten_to_six_sends_at_most_two_pages() -> None:
    for what in ("table", "table writes", "notes"):
        for share in (100, 50):
            played = play(night(Event(AT_TEN, what, minutes=ALL_NIGHT, share=share)))
            assert not played.broken, (what, share, played.broken)
            assert len(told(played, "on_duty")) <= 2, (what, share, played.told)
            notices = [subject for subject in told(played, "team") if "over since" not in subject]
            # That nothing can be decided costs money until an opening passes: it is a notice as well.
            assert len(notices) <= 3 + (1 if share == 100 else 2), (what, share, played.told)


@pytest.mark.parametrize("what", [name for name in FAULTS if name not in ("table", "table writes", "notes")])
def test_whatever_else_is_away_all_night_is_one_cause_and_its_end_is_told(what: str) -> None:
    played = play(night(Event(AT_TEN, what, minutes=ALL_NIGHT)))
    assert not played.broken
    pages, notices = told(played, "on_duty"), told(played, "team")
    assert len(pages) <= 1, pages
    assert len(notices) <= 3, notices
    if pages:
        assert sum("over since" in subject for subject in notices) == 1


def test_a_table_that_is_down_at_the_opening_is_told_by_the_alarm() -> None:
    played = play(night(Event(AT_TEN + 500, "table writes", minutes=180)))
    assert [subject for subject in told(played, "on_duty") if subject.startswith("ALARM")]


@pytest.mark.parametrize("note", ["ledger", "inventory", "last_good_schedule", "observing", "wakes"])
def test_what_is_remembered_for_convenience_fails_no_tick(note: str) -> None:
    world = World()
    real = world.table.write_note

    def write(target: str, name: str, values: Any, *, over: int) -> bool:
        if name.endswith(note):
            raise TemporaryError("AWS answered ThrottlingException while writing: slow down")
        return real(target, name, values, over=over)

    world.table.write_note = write  # type: ignore[method-assign] # a fault of this test
    before = world.capacity()
    for at in (FRIDAY, FRIDAY + TICK):
        tick(world, at)
    asleep(world)
    tick(world, MONDAY)
    assert world.capacity() == before
    assert not world.pager.pages


@pytest.mark.parametrize(
    "values", [{"at": "2026-11-24T22:00:00"}, {"month": "x", "saved": 3}, {"night": {"x": 1}}]
)
def test_a_ledger_that_cannot_be_read_fails_no_tick(values: dict[str, Any]) -> None:
    world = World()
    world.table.put_note("dev", "night_scaling/ledger", {"asleep": True, **values})
    assert tick(world, FRIDAY).path[-1] == "Done"


def test_a_hold_without_an_offset_is_refused_in_words_and_told_once() -> None:
    world = World()
    values = {
        "kind": "keep_awake",
        "owner": "aoi",
        "reason": "x",
        "begins": EVENING.isoformat(),
        "expires": "2026-11-25T23:00:00",
        "mode": None,
        "target": None,
    }
    world.table.change("dev", holds=({**values, "id": "aoi-1"},))
    for number in range(3):
        tick(world, EVENING + number * TICK, f"n{number}")
    assert world.nodegroups.groups["primary"].size.desired == 2, "it keeps nobody awake"
    [(_, text)] = world.pager.pages
    assert "aoi-1" in text
    assert "'2026-11-25T23:00:00' has no offset" in text


def test_a_group_that_is_being_updated_at_ten_is_waited_for_and_nobody_is_blamed_in_the_morning() -> None:
    played = play(night(Event(AT_TEN - 10, "update_group", minutes=40)))
    assert not played.broken
    assert not told(played, "on_duty")


def test_a_person_who_raises_a_group_before_its_sleep_is_verified_is_not_taken_for_a_day() -> None:
    played = play(night(Event(AT_TEN + 2, "resize", amount=6)))
    assert not played.broken


def test_a_person_who_takes_every_node_away_is_left_alone_and_told_of_once() -> None:
    """Found by seed 512: nothing more is taken at night; that nobody knows what to wake to is one page."""
    played = play(night(Event(AT_TEN - 8, "resize", amount=0)))
    assert not played.broken
    assert played.land.apps["StatefulSet app/app-1"].replicas == 2
    assert len(told(played, "on_duty")) == 1, played.told
