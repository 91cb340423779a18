"""What does not age while its environment sleeps."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from functions.core.awake import awake_age

NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)
HOURS = st.integers(-200, 200).map(lambda hours: NOON + timedelta(hours=hours))
SLEEPS = st.lists(st.tuples(HOURS, st.one_of(st.none(), HOURS)), max_size=6)


def test_hours_asleep_do_not_count_and_a_sleep_that_lasts_ends_now() -> None:
    hours = [timedelta(hours=number) for number in range(10)]
    slept = [(NOON - hours[6], NOON - hours[4]), (NOON - hours[5], NOON - hours[3]), (NOON - hours[1], None)]

    assert awake_age(NOON - hours[8], slept, now=NOON) == hours[4]
    assert awake_age(NOON - hours[5], slept, now=NOON) == hours[2]
    assert awake_age(NOON + hours[1], slept, now=NOON) == hours[0]


@given(HOURS, SLEEPS)
def test_awake_is_every_hour_in_which_no_sleep_lies(
    since: datetime, sleeps: list[tuple[datetime, datetime | None]]
) -> None:
    awake = timedelta()
    hour = since
    while hour < NOON:
        if not any(begin <= hour < (end or NOON) for begin, end in sleeps):
            awake += timedelta(hours=1)
        hour += timedelta(hours=1)

    assert awake_age(since, sleeps, now=NOON) == awake
