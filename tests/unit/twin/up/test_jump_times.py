"""What a person writes for a time means one instant ahead, or is refused in a sentence."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.up.jump_times import FARTHEST, parse_jump_time
from twin.up.wire import Refusal

TOKYO = ZoneInfo("Asia/Tokyo")
NOW = datetime(2026, 12, 11, 12, 30, tzinfo=UTC)  # 21:30 in Tokyo


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("+8h", NOW + timedelta(hours=8)),
        ("+ 1.5h", NOW + timedelta(minutes=90)),
        ("+0s", NOW),
        ("22:00", NOW + timedelta(minutes=30)),
        ("21:30", NOW + timedelta(days=1)),
        ("7:40", NOW + timedelta(hours=10, minutes=10)),
        ("2026-12-11T22:00", NOW + timedelta(minutes=30)),
        ("2026-12-11T13:00:00Z", NOW + timedelta(minutes=30)),
        (" 2026-12-12 ", NOW + timedelta(hours=2, minutes=30)),
    ],
)
def test_a_span_a_time_of_day_and_an_instant_are_read(text: str, wanted: datetime) -> None:
    assert parse_jump_time(text, now=NOW, zone=TOKYO) == wanted


@given(st.text(max_size=20) | st.from_regex(r"\+\d{1,12}[smhdw]", fullmatch=True))
def test_whatever_is_written_lies_ahead_or_is_refused_in_a_sentence(text: str) -> None:
    try:
        found = parse_jump_time(text, now=NOW, zone=TOKYO)
    except Refusal as refused:
        sentence = str(refused)
        found = None
    assert sentence.endswith((".", "00")) if found is None else NOW <= found <= NOW + FARTHEST


@pytest.mark.parametrize("text", ["+999999999d", "9999-12-31T23:59-14:00", "0001-01-01", "24:00", "7:4"])
def test_a_time_off_the_calendar_is_refused(text: str) -> None:
    with pytest.raises(Refusal, match=r"is no time|ahead|does not run back"):
        parse_jump_time(text, now=NOW, zone=TOKYO)
