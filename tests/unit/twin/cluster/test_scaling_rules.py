"""The autoscaler's rules, as laws over everything that may have happened before."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from twin.cluster.scaling_rules import Memory, allowed

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
ages = st.integers(0, 900).map(lambda seconds: NOW - timedelta(seconds=seconds))
memories = st.builds(
    lambda recommended, scaled: Memory(sorted(recommended), sorted(scaled)),
    st.lists(st.tuples(ages, st.integers(1, 20)), max_size=6),
    st.lists(st.tuples(ages, st.integers(-5, 5)), max_size=4),
)


@given(memory=memories, current=st.integers(1, 20), wanted=st.integers(1, 20))
def test_a_verdict_never_goes_beyond_what_was_ever_recommended(
    memory: Memory, current: int, wanted: int
) -> None:
    memory.recommend(NOW, wanted)
    known = [replicas for _, replicas in memory.recommended] + [current]
    assert min(known) <= allowed(None, current, wanted, memory, NOW).replicas <= max(known)


@given(memory=memories, current=st.integers(1, 20), wanted=st.integers(1, 20))
def test_a_verdict_that_stands_still_says_when_to_look_again(
    memory: Memory, current: int, wanted: int
) -> None:
    memory.recommend(NOW, wanted)
    verdict = allowed(None, current, wanted, memory, NOW)
    # One that moves is looked at again at once, because the replicas changed.
    assert verdict.replicas != current or verdict.replicas == wanted or verdict.look_at is not None


@given(current=st.integers(1, 20), wanted=st.integers(1, 20))
def test_without_a_past_going_up_doubles_or_adds_four_and_going_down_is_free(
    current: int, wanted: int
) -> None:
    memory = Memory()
    memory.recommend(NOW, wanted)
    most = max(2 * current, current + 4)
    assert allowed(None, current, wanted, memory, NOW).replicas == min(wanted, most)
