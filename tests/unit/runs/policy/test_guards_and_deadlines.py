"""Guards, deadlines and exclusion: what keeps a run from acting, in laws."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from functions.core.control import Holder, Lock
from functions.runs.policy.deadlines import FIRST_RETRY, LONGEST_RETRY, is_spent, next_attempt
from functions.runs.policy.exclusion import at_work
from functions.runs.policy.guards import observing_until, paused_by
from functions.runs.policy.page import UTC
from tests.unit.runs.protocol import NOW

OTHER = Holder("arn:other", "chaos", "experiment")
stretches = st.timedeltas(timedelta(0), timedelta(days=30))


@given(stretches, stretches)
def test_a_lock_excludes_everybody_but_its_holder_until_its_lease_ends(
    lease: timedelta, passed: timedelta
) -> None:
    lock = Lock(OTHER, NOW + lease)
    sentence = at_work(lock, execution="arn:mine", now=NOW + passed, zone=UTC)
    assert (sentence is not None) == (passed < lease)
    assert sentence is None or ("chaos" in sentence and "experiment" in sentence)
    assert at_work(lock, execution="arn:other", now=NOW + passed, zone=UTC) is None
    assert at_work(None, execution="arn:mine", now=NOW, zone=UTC) is None


@given(st.integers(1, 60))
def test_attempts_come_ever_later_and_never_later_than_two_hours(attempts: int) -> None:
    at, after = next_attempt(attempts, now=NOW), next_attempt(attempts + 1, now=NOW)
    assert NOW + FIRST_RETRY <= at <= after <= NOW + LONGEST_RETRY


@given(stretches, stretches)
def test_a_budget_is_spent_at_its_very_end(budget: timedelta, passed: timedelta) -> None:
    assert is_spent(budget, started_at=NOW, now=NOW + passed) == (passed >= budget)


@given(st.integers(0, 90), st.integers(0, 200))
def test_observing_begins_with_the_first_tick_and_lasts_its_days(days: int, passed: int) -> None:
    now = NOW + timedelta(days=passed)
    assert (observing_until({"since": NOW.isoformat()}, days=days, now=now) is not None) == (passed < days)
    assert (observing_until({}, days=days, now=now) is not None) == (days > 0)


def test_an_empty_note_pauses_nobody() -> None:
    assert paused_by({}) is None
    assert paused_by({"by": "aoi", "reason": "incident 42"}) == "paused by aoi: incident 42"
