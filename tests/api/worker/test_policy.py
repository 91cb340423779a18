"""Laws of retries and of reminders that no longer hold."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from api.worker.policy import (
    FIRST_RETRY_S,
    LONGEST_RETRY_S,
    Bury,
    Drop,
    Remind,
    Retry,
    TaskFacts,
    after_failure,
    backoff_s,
    still_due,
)

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
DUE = datetime(2026, 3, 2, 10)  # noqa: DTZ001 - the column carries no zone
draws = st.floats(0, 1, exclude_max=True)
laws = settings(deadline=None, max_examples=60)


@laws
@given(attempts=st.integers(1, 50), draw=draws)
def test_a_retry_waits_at_least_half_of_its_share_and_never_longer_than_the_cap(
    attempts: int, draw: float
) -> None:
    wait = backoff_s(attempts, draw=draw)

    assert FIRST_RETRY_S / 2 <= wait <= LONGEST_RETRY_S
    assert backoff_s(attempts + 1, draw=draw) >= wait


@laws
@given(attempts=st.integers(1, 20), most=st.integers(1, 20), draw=draws, permanent=st.booleans())
def test_a_failed_job_is_buried_exactly_when_no_attempt_is_left_or_none_can_help(
    attempts: int, most: int, draw: float, *, permanent: bool
) -> None:
    verdict = after_failure(
        attempts=attempts, max_attempts=most, error="boom", draw=draw, permanent=permanent, now=NOW
    )

    assert isinstance(verdict, Bury) == (permanent or attempts >= most)
    assert "boom" in verdict.reason
    if isinstance(verdict, Retry):
        assert NOW < verdict.at <= NOW + timedelta(seconds=LONGEST_RETRY_S)


@laws
@given(
    status=st.sampled_from(["TODO", "IN_PROGRESS", "DONE"]),
    due=st.sampled_from([None, DUE, DUE + timedelta(microseconds=1)]),
)
def test_a_reminder_holds_only_for_an_open_task_with_the_very_due_date(
    status: str, due: datetime | None
) -> None:
    verdict = still_due(TaskFacts(1, "Water the plants", status, due), promised=DUE)

    assert isinstance(verdict, Remind) == (status != "DONE" and due == DUE)


def test_a_deleted_task_is_not_reminded_of() -> None:
    assert isinstance(still_due(None, promised=DUE), Drop)
