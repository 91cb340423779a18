"""Holds: who may keep what awake, until when, and what decides when wishes differ."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.night_scaling.schedule.coverage import coverage_problems, coverage_warnings
from functions.night_scaling.schedule.desired import desired
from functions.night_scaling.schedule.document import parse_schedule
from functions.night_scaling.schedule.holds import HoldRefused, place_hold, unexpired
from functions.night_scaling.schedule.model import Hold, ScheduleDocument
from functions.night_scaling.schedule.until import resolve_until

TOKYO = ZoneInfo("Asia/Tokyo")
NIGHT = {
    "name": "night",
    "mode": "night",
    "days": ["Mon", "Tue", "Wed", "Thu"],
    "begin": "22:00",
    "end": "08:00",
}


def schedule(**more: Any) -> ScheduleDocument:
    modes = {"night": {"nodegroups": 1}, "stop": {"nodegroups": 0, "workloads": "stopped"}}
    text = {
        "version": 1,
        "environment": "dev",
        "zone": "Asia/Tokyo",
        "modes": modes,
        "windows": [NIGHT],
        **more,
    }
    return parse_schedule(json.dumps(text))


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """January 2027: the 4th is a Monday."""
    return datetime(2027, 1, day, hour, minute, tzinfo=TOKYO)


def hold(kind: Any = "keep_awake", *, begins: datetime, expires: datetime, **more: Any) -> Hold:
    return Hold(id="h1", kind=kind, owner="aoi", reason="release", begins=begins, expires=expires, **more)


def place(**more: Any) -> Hold:
    usual: dict[str, Any] = {
        "existing": (),
        "hold_id": "h9",
        "kind": "keep_awake",
        "owner": "aoi",
        "reason": "release",
        "until": at(4, 23),
        "now": at(4, 21, 50),
    }
    return place_hold(schedule(), **{**usual, **more})


def test_until_23_00_is_the_next_one_on_the_wall_clock_of_the_document() -> None:
    assert resolve_until("23:00", document=schedule(), now=at(4, 21)) == at(4, 23)
    assert resolve_until("23:00", document=schedule(), now=at(4, 23)) == at(5, 23)
    assert resolve_until("2027-01-04T23:00", document=schedule(), now=at(4, 21)) == at(4, 23)


def test_until_next_sleep_said_at_night_is_the_next_evening() -> None:
    assert resolve_until("next sleep", document=schedule(), now=at(5, 2)) == at(5, 22)


@pytest.mark.parametrize(
    ("until", "document"), [("soon", {}), ("25:00", {}), ("next sleep", {"windows": []})]
)
def test_an_end_that_means_nothing_is_refused(until: str, document: dict[str, Any]) -> None:
    with pytest.raises(HoldRefused, match="23:00"):
        resolve_until(until, document=schedule(**document), now=at(4, 12))


@pytest.mark.parametrize(
    ("wish", "sentence"),
    [
        ({"until": at(6, 23)}, "may last 24, until 2027-01-05T21:50"),
        ({"until": at(4, 21)}, "would be over at once"),
        ({"until": at(4, 21, 55)}, "would do nothing"),
        ({"owner": " "}, "needs an owner"),
        ({"reason": ""}, "needs a reason"),
        ({"mode": "deep", "kind": "sleep_now"}, "'deep' is no mode"),
        ({"target": "moon"}, "'moon' is no target"),
    ],
)
def test_a_hold_that_breaks_a_rule_is_refused_with_the_rule(wish: dict[str, Any], sentence: str) -> None:
    with pytest.raises(HoldRefused, match=sentence):
        place(**wish)


def test_an_owner_has_at_most_three_holds_and_expired_ones_do_not_count() -> None:
    known = [replace(hold(begins=at(4, 20), expires=at(4, 23)), id=f"h{n}") for n in range(3)]
    with pytest.raises(HoldRefused, match="h0, h1, h2"):
        place(existing=known)
    place(existing=known, owner="ren")
    place(existing=[replace(each, expires=at(4, 21)) for each in known])
    assert unexpired(known, now=at(4, 23)) == ()


def test_sleep_now_takes_the_mode_of_the_next_sleep() -> None:
    assert place(kind="sleep_now", until=at(5, 8)).mode == "night"


AWAKE_FREEZE = {
    "name": "f",
    "mode": "awake",
    "reason": "audit",
    "first_day": "2027-01-04",
    "last_day": "2027-01-05",
}
ASLEEP_FREEZE = {**AWAKE_FREEZE, "mode": "stop"}
OFF = {"name": "off", "mode": "stop", "dates": {"2027-01-05": "company day"}}
WORK = {"name": "work", "mode": "awake", "dates": {"2027-01-05": "stocktaking"}}
KEEP = hold(begins=at(4, 12), expires=at(5, 12))
SLEEP = hold("sleep_now", begins=at(4, 12), expires=at(5, 12), mode="night")


@pytest.mark.parametrize(
    ("document", "holds", "mode"),
    [
        ({"freezes": [AWAKE_FREEZE]}, [SLEEP], "awake"),
        ({"freezes": [ASLEEP_FREEZE]}, [KEEP], "awake"),
        ({"freezes": [ASLEEP_FREEZE]}, [SLEEP], "stop"),
        ({"calendars": [WORK]}, [SLEEP], "night"),
        ({}, [SLEEP, KEEP], "awake"),
        ({"calendars": [WORK, OFF]}, [], "awake"),
        ({"calendars": [OFF]}, [], "stop"),
        ({}, [], "night"),
    ],
)
def test_the_stronger_wish_decides_and_awake_wins_between_equals(
    document: dict[str, Any], holds: list[Hold], mode: str
) -> None:
    assert desired(schedule(**document), holds=holds, now=at(5, 3)).mode == mode


def test_a_hold_wakes_from_its_begin_and_not_before_it() -> None:
    later = hold(begins=at(5, 3), expires=at(5, 5))
    assert desired(schedule(), holds=[later], now=at(5, 2, 59)).asleep
    assert not desired(schedule(), holds=[later], now=at(5, 3)).asleep
    assert desired(schedule(), holds=[later], now=at(5, 5)).asleep


def test_people_are_told_a_quarter_of_an_hour_before_a_sleep() -> None:
    early, due = (desired(schedule(), now=at(4, 21, minute)) for minute in (44, 45))
    assert (early.notice_at, early.notice_due) == (at(4, 21, 45), False)
    assert (due.notice_at, due.notice_due) == (at(4, 21, 45), True)
    assert desired(schedule(), now=at(4, 23)).notice_at is None


def test_a_wake_runs_ahead_and_says_by_when_it_has_to_be_ready() -> None:
    assert desired(schedule(), now=at(5, 7, 39)).asleep
    state = desired(schedule(), now=at(5, 7, 40))
    assert (state.mode, state.ready_by) == ("awake", at(5, 8))
    assert desired(schedule(), now=at(5, 7, 20), lead=timedelta(minutes=45)).mode == "awake"


def test_a_day_off_joins_the_windows_that_touch_it() -> None:
    state = desired(schedule(calendars=[OFF]), now=at(5, 12))
    assert (state.since, state.next_change) == (at(4, 22), at(6, 7, 40))


def test_a_freeze_of_years_ago_or_ahead_is_found() -> None:
    far = {**ASLEEP_FREEZE, "first_day": "2090-01-04", "last_day": "2090-06-05"}
    document = schedule(windows=[], freezes=[far])
    state = desired(document, now=at(4, 12))
    assert (state.since, state.next_change) == (None, datetime(2090, 1, 4, tzinfo=TOKYO))
    within = desired(document, now=datetime(2090, 6, 1, tzinfo=UTC))
    assert (within.since, within.next_mode) == (datetime(2090, 1, 4, tzinfo=TOKYO), "awake")
    after = desired(document, now=datetime(2110, 6, 1, tzinfo=UTC))
    assert (after.mode, after.next_change) == ("awake", None)
    assert after.since == datetime(2090, 6, 5, 23, 40, tzinfo=TOKYO)


def test_asleep_for_ever_by_two_windows_never_changes() -> None:
    week = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    halves = [("00:00", "12:00"), ("12:00", "24:00")]
    windows = [{"name": b[:2], "mode": "stop", "days": week, "begin": b, "end": e} for b, e in halves]
    state = desired(schedule(windows=windows), now=at(5, 3))
    assert (state.mode, state.since, state.next_change, state.next_mode) == ("stop", None, None, None)


def test_a_calendar_that_ran_out_is_told_before_and_paged_after() -> None:
    document = schedule(calendars=[{**OFF, "years": [2027]}])
    assert coverage_warnings(document, now=at(5, 3)) == coverage_problems(document, now=at(5, 3)) == ()
    assert "before 2028-01-01" in coverage_warnings(document, now=datetime(2027, 11, 20, tzinfo=UTC))[0]
    assert "covers 2027, not 2028" in coverage_problems(document, now=datetime(2028, 1, 2, tzinfo=UTC))[0]


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        desired(schedule(), now=datetime(2027, 1, 5, 3))  # noqa: DTZ001 - the fault under test


spans = st.tuples(st.integers(0, 4000), st.integers(1, 1500))


@settings(deadline=None, max_examples=60)
@given(keeps=st.lists(spans, max_size=3), sleeps=st.lists(spans, max_size=3), ask=st.integers(0, 5000))
def test_holds_decide_exactly_while_they_last(
    keeps: list[tuple[int, int]], sleeps: list[tuple[int, int]], ask: int
) -> None:
    origin, document = at(4, 0), schedule(lead_minutes=0)

    def made(kind: str, spans: list[tuple[int, int]]) -> list[Hold]:
        minutes = [(origin + timedelta(minutes=b), origin + timedelta(minutes=b + long)) for b, long in spans]
        return [hold(kind, begins=begin, expires=end, mode="stop") for begin, end in minutes]

    now = origin + timedelta(minutes=ask)
    awake, asleep = made("keep_awake", keeps), made("sleep_now", sleeps)
    expected = desired(document, now=now).mode
    if any(each.begins <= now < each.expires for each in asleep):
        expected = "stop"
    if any(each.begins <= now < each.expires for each in awake):
        expected = "awake"
    assert desired(document, holds=[*asleep, *awake], now=now).mode == expected


def test_a_hold_that_sends_to_sleep_for_no_longer_than_a_wake_takes_is_refused() -> None:
    now = at(4, 12)
    with pytest.raises(HoldRefused, match=r"would never sleep.* longer than the 20 minutes of a wake"):
        place(kind="sleep_now", now=now, until=now + timedelta(minutes=20))
    assert place(kind="sleep_now", now=now, until=now + timedelta(minutes=21))
