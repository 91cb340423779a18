"""Laws of `desired`, against the plainest definition there is: look at the wall clock, minute by minute."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from functions.core.time_windows import WeeklyWindow, first_shared_minute
from functions.night_scaling.schedule.desired import desired
from functions.night_scaling.schedule.model import AWAKE, Layers, ScheduleDocument, Window

ZONES = ["Asia/Tokyo", "Europe/Rome", "America/New_York", "Australia/Lord_Howe"]
MINUTE = timedelta(minutes=1)
CHANGES = {
    "Europe/Rome": [datetime(2027, 3, 28, 1, tzinfo=UTC), datetime(2027, 10, 31, 1, tzinfo=UTC)],
    "America/New_York": [datetime(2027, 3, 14, 7, tzinfo=UTC), datetime(2027, 11, 7, 6, tzinfo=UTC)],
    "Australia/Lord_Howe": [datetime(2027, 4, 3, 15, tzinfo=UTC), datetime(2027, 10, 2, 15, 30, tzinfo=UTC)],
    "Asia/Tokyo": [datetime(2027, 1, 1, tzinfo=UTC)],
}
LAWS = settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.filter_too_much])

weekly = st.builds(
    WeeklyWindow,
    days=st.frozensets(st.integers(0, 6), min_size=1),
    begin=st.integers(0, 1439),
    end=st.integers(0, 1440),
    end_day=st.none() | st.integers(0, 6),
).filter(lambda window: window.begin != window.end)
sleeps = st.lists(st.tuples(st.sampled_from(["night", "stop"]), weekly), min_size=1, max_size=3)
instants = st.datetimes(datetime(2027, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone


def document(zone: str, windows: list[tuple[str, WeeklyWindow]], *, lead: int = 0) -> ScheduleDocument:
    for place, (mode, one) in enumerate(windows):
        for other_mode, other in windows[:place]:
            assume(mode == other_mode or first_shared_minute(one, other) is None)
    return ScheduleDocument(
        environment="law",
        zone=ZoneInfo(zone),
        lead=timedelta(minutes=lead),
        notice=timedelta(minutes=15),
        modes={"night": Layers(2, "running", "running"), "stop": Layers(0, "stopped", "stopped")},
        windows=tuple(Window(f"w{place}", mode, when) for place, (mode, when) in enumerate(windows)),
    )


def twice(wall: datetime, zone: ZoneInfo) -> bool:
    first, second = (wall.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1))
    return first is not None and second is not None and first > second


def on_the_wall_clock(schedule: ScheduleDocument, at: datetime) -> str:
    """The plainest definition; the second pass of a repeated hour looks as the first pass ended."""
    local = at.astimezone(schedule.zone)
    wall = local.replace(tzinfo=None, fold=0)
    if local.fold:
        while twice(wall, schedule.zone):
            wall += MINUTE - timedelta(seconds=wall.second, microseconds=wall.microsecond)
        wall -= timedelta(microseconds=1)
    for window in schedule.windows:
        for back in range(9):
            found = window.when.occurrence(wall.date() - timedelta(days=back))
            if found and found[0] <= wall < found[1]:
                return window.mode
    return AWAKE


@pytest.mark.parametrize("zone", ZONES)
@LAWS
@given(windows=sleeps, at=instants)
def test_the_mode_is_what_the_wall_clock_says(
    zone: str, windows: list[tuple[str, WeeklyWindow]], at: datetime
) -> None:
    schedule = document(zone, windows)
    for step in range(0, 1440, 37):
        now = at + step * MINUTE
        assert desired(schedule, now=now).mode == on_the_wall_clock(schedule, now)


@pytest.mark.parametrize(("zone", "change"), [(zone, change) for zone in ZONES for change in CHANGES[zone]])
@settings(LAWS, max_examples=15)
@given(windows=sleeps)
def test_every_minute_around_a_clock_change_is_what_the_wall_clock_says(
    zone: str, change: datetime, windows: list[tuple[str, WeeklyWindow]]
) -> None:
    schedule = document(zone, windows)
    for minute in range(-180, 180):
        now = change + minute * MINUTE
        assert desired(schedule, now=now).mode == on_the_wall_clock(schedule, now)


@pytest.mark.parametrize("zone", ZONES)
@settings(LAWS, max_examples=8)
@given(windows=sleeps, at=instants)
def test_next_change_is_the_first_instant_at_which_the_mode_differs(
    zone: str, windows: list[tuple[str, WeeklyWindow]], at: datetime
) -> None:
    schedule = document(zone, windows)
    at = at.replace(second=0, microsecond=0)
    answer = desired(schedule, now=at)
    steps = (at + minute * MINUTE for minute in range(8 * 1440))
    first = next((step for step in steps if on_the_wall_clock(schedule, step) != answer.mode), None)
    assert answer.next_change == first
    if first:
        assert desired(schedule, now=first).mode == answer.next_mode
        assert desired(schedule, now=first).since == first


@pytest.mark.parametrize("zone", ZONES)
@settings(LAWS, max_examples=8)
@given(windows=sleeps, at=instants, lead=st.integers(1, 90))
def test_a_wake_begins_ahead_so_that_everything_is_ready_at_the_end(
    zone: str, windows: list[tuple[str, WeeklyWindow]], at: datetime, lead: int
) -> None:
    plain, ahead = document(zone, windows), document(zone, windows, lead=lead)
    at = at.replace(second=0, microsecond=0)
    for step in range(0, 2880, 31):
        now = at + step * MINUTE
        soon = (desired(plain, now=now + minute * MINUTE).mode == AWAKE for minute in range(lead + 1))
        expected = AWAKE if any(soon) else desired(plain, now=now).mode
        assert desired(ahead, now=now).mode == expected


@LAWS
@given(windows=sleeps, at=instants, other=instants, zone=st.sampled_from(ZONES))
def test_the_answer_does_not_depend_on_what_was_asked_before(
    windows: list[tuple[str, WeeklyWindow]], at: datetime, other: datetime, zone: str
) -> None:
    fresh, used = document(zone, windows), document(zone, windows)
    for earlier in (other, at, other):
        desired(used, now=earlier)
    assert desired(used, now=at) == desired(used, now=at) == desired(fresh, now=at)
    assert desired(fresh, now=at.astimezone(ZoneInfo("America/New_York"))) == desired(fresh, now=at)


@LAWS
@given(windows=st.lists(weekly, min_size=2, max_size=4), at=instants, zone=st.sampled_from(ZONES))
def test_windows_of_one_mode_count_as_their_union(
    windows: list[WeeklyWindow], at: datetime, zone: str
) -> None:
    together = document(zone, [("night", window) for window in windows])
    apart = [document(zone, [("night", window)]) for window in windows]
    assert desired(together, now=at).asleep == any(desired(each, now=at).asleep for each in apart)


@pytest.mark.parametrize("end", [60, 75, 90, 119])
@pytest.mark.parametrize("begin", [22 * 60, 61])
def test_in_a_repeated_hour_the_state_changes_once(begin: int, end: int) -> None:
    """New York, 7 November 2027: 01:00 to 02:00 comes twice, and only its first coming counts."""
    if begin == 61 and end <= begin:
        begin = 30
    schedule = document("America/New_York", [("night", WeeklyWindow(frozenset(range(7)), begin, end))])
    first_pass = datetime(2027, 11, 7, 5, tzinfo=UTC)
    modes = [desired(schedule, now=first_pass + minute * MINUTE).mode for minute in range(-1, 125)]
    changes = [place for place, (one, two) in enumerate(pairwise(modes)) if one != two]
    ends = [place for place in changes if modes[place] == "night"]
    assert len(ends) == 1
    assert first_pass + ends[0] * MINUTE == datetime(2027, 11, 7, 5, tzinfo=UTC) + (end - 60) * MINUTE


def test_a_window_wholly_inside_the_missing_hour_has_no_length_that_night() -> None:
    schedule = document("America/New_York", [("night", WeeklyWindow(frozenset(range(7)), 130, 170))])
    spring = datetime(2027, 3, 14, 5, tzinfo=UTC)
    assert all(not desired(schedule, now=spring + minute * MINUTE).asleep for minute in range(300))
    assert desired(schedule, now=datetime(2027, 3, 15, 6, 20, tzinfo=UTC)).asleep


def test_a_window_that_ends_inside_the_missing_hour_ends_with_the_jump() -> None:
    schedule = document("America/New_York", [("night", WeeklyWindow(frozenset(range(7)), 22 * 60, 150))])
    assert desired(schedule, now=datetime(2027, 3, 14, 6, tzinfo=UTC)).next_change == datetime(
        2027, 3, 14, 7, tzinfo=UTC
    )
