"""The load model is a function of the instant alone, and behaves as a load does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from twin.monitoring import load

instants = st.datetimes(datetime(2026, 12, 7), datetime(2026, 12, 14)).map(lambda at: at.replace(tzinfo=UTC))  # noqa: DTZ001 -- zone below
rates, pods = st.floats(0.1, 500), st.integers(1, 10)


def tokyo(day: int, hour: int) -> datetime:
    return datetime(2026, 12, day, hour, tzinfo=load.ZONE)


@given(instants)
def test_somebody_always_asks_and_never_more_than_the_rush(at: datetime) -> None:
    assert 0 < load.requests_per_second(at) < 200
    assert load.requests_per_second(at) == load.requests_per_second(at)


@given(instants)
def test_the_unrest_stays_small(at: datetime) -> None:
    assert -1 <= load.ripple(at, 3) <= 1


def test_working_hours_are_busier_than_nights_and_weekends() -> None:
    morning = load.requests_per_second(tokyo(8, 10))

    assert morning > 10 * load.requests_per_second(tokyo(8, 3))
    assert morning > 4 * load.requests_per_second(tokyo(12, 10))


def test_the_rush_multiplies_what_is_asked() -> None:
    begun, lasts, times = load.RUSH
    before, after = begun - timedelta(minutes=1), begun + lasts

    rushed = load.requests_per_second(begun + lasts / 2)
    assert rushed > 0.7 * times * max(load.requests_per_second(before), load.requests_per_second(after))


@given(rates, rates, pods)
def test_more_load_on_the_same_pods_is_never_faster(one: float, other: float, count: int) -> None:
    low, high = sorted((one, other))

    assert load.median_s(low, count) <= load.median_s(high, count)
    assert load.cpu_cores(low, count) <= load.cpu_cores(high, count)


@given(rates, pods)
def test_one_pod_more_is_never_slower(rps: float, count: int) -> None:
    assert load.median_s(rps, count + 1) <= load.median_s(rps, count)


@given(st.floats(0.001, 10), st.floats(0.001, 10), st.floats(0.01, 2))
def test_a_longer_wait_holds_no_smaller_share(one: float, other: float, median: float) -> None:
    low, high = sorted((one, other))

    assert 0 <= load.share_within(low, median) <= load.share_within(high, median) <= 1


def test_half_of_the_answers_come_within_the_median() -> None:
    assert load.share_within(0.03, 0.03) == 0.5
