"""Wall-clock arithmetic: times of day, weekly windows, and the instants at which a zone shows them."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.core.time_windows import (
    WeeklyWindow,
    clock_text,
    first_shared_minute,
    instant_of,
    minute_of_day,
)

NEW_YORK, LORD_HOWE, APIA = (
    ZoneInfo(name) for name in ("America/New_York", "Australia/Lord_Howe", "Pacific/Apia")
)
FRIDAY = date(2027, 1, 8)
walls = st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1))  # noqa: DTZ001 - wall-clock times


@given(st.integers(0, 1440))
def test_a_time_of_day_is_read_as_it_is_written(minute: int) -> None:
    assert minute_of_day(clock_text(minute)) == minute


@pytest.mark.parametrize(
    "text", ["8:00", "25:99", "24:01", "08:60", "", "08:00 ", "\u0660\u0668:\u0660\u0660", "-1:00"]
)
def test_what_is_no_time_of_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a time of day"):
        minute_of_day(text)


@pytest.mark.parametrize(
    ("begin", "end", "end_day", "minutes"),
    [
        ("22:00", "08:00", None, 600),
        ("22:00", "08:00", 0, 58 * 60),
        ("22:00", "24:00", None, 120),
        ("22:00", "00:00", None, 120),
        ("00:00", "24:00", None, 1440),
        ("08:00", "07:00", 4, 7 * 1440 - 60),
        ("22:00", "24:00", 6, 2 * 1440 + 120),
    ],
)
def test_a_window_of_friday_lasts_to_its_end_on_the_day_that_is_meant(
    begin: str, end: str, end_day: int | None, minutes: int
) -> None:
    window = WeeklyWindow(frozenset({4}), minute_of_day(begin), minute_of_day(end), end_day)
    found = window.occurrence(FRIDAY)
    assert found is not None
    assert found[1] - found[0] == timedelta(minutes=minutes)
    assert window.occurrence(FRIDAY + timedelta(days=1)) is None


@pytest.mark.parametrize(
    ("zone", "wall", "instant"),
    [
        (NEW_YORK, (2027, 11, 7, 1, 30), (2027, 11, 7, 5, 30)),
        (NEW_YORK, (2027, 3, 14, 2, 30), (2027, 3, 14, 7, 0)),
        (NEW_YORK, (2027, 3, 14, 2, 0), (2027, 3, 14, 7, 0)),
        (LORD_HOWE, (2027, 10, 3, 2, 10), (2027, 10, 2, 15, 30)),
        (LORD_HOWE, (2027, 4, 4, 1, 45), (2027, 4, 3, 14, 45)),
        (APIA, (2011, 12, 30, 12, 0), (2011, 12, 30, 10, 0)),
    ],
)
def test_a_repeated_time_counts_first_and_a_missing_one_at_the_jump(
    zone: ZoneInfo, wall: tuple[int, int, int, int, int], instant: tuple[int, int, int, int, int]
) -> None:
    assert instant_of(datetime(*wall), zone) == datetime(*instant, tzinfo=UTC)  # noqa: DTZ001 - a wall-clock time


@settings(deadline=None, max_examples=200)
@given(walls, st.integers(0, 10_000), st.sampled_from([NEW_YORK, LORD_HOWE]))
def test_later_on_the_wall_is_never_earlier_in_time(wall: datetime, seconds: int, zone: ZoneInfo) -> None:
    assert instant_of(wall, zone) <= instant_of(wall + timedelta(seconds=seconds), zone)


windows = st.builds(
    WeeklyWindow,
    days=st.frozensets(st.integers(0, 6), min_size=1),
    begin=st.integers(0, 1439),
    end=st.integers(0, 1440),
)


@settings(deadline=None, max_examples=100)
@given(windows, windows)
def test_two_windows_share_a_minute_exactly_when_both_cover_it(
    one: WeeklyWindow, other: WeeklyWindow
) -> None:
    covered = [{m for begin, end in each.covered() for m in range(begin, end)} for each in (one, other)]
    assert first_shared_minute(one, other) == min(covered[0] & covered[1], default=None)
