"""How many nodes stay is said over all groups: nothing grows, the number is met, and spot goes first."""

from hypothesis import given
from hypothesis import strategies as st

from functions.core.nodegroups import Size
from functions.night_scaling.policy.nodes_that_stay import sizes_asleep


@st.composite
def sizes(draw: st.DrawFn) -> Size:
    lowest, desired, most = sorted(draw(st.lists(st.integers(0, 20), min_size=3, max_size=3)))
    return Size(lowest, desired, max(most, 1))


groups = st.dictionaries(st.text("abcdef", min_size=1), sizes(), max_size=5)


@given(groups, st.integers(0, 60))
def test_the_number_is_met_and_nothing_grows(by_day: dict[str, Size], nodes: int) -> None:
    asleep = sizes_asleep(by_day, nodes)

    assert list(asleep) == list(by_day)
    assert sum(size.desired for size in asleep.values()) == min(
        nodes, sum(size.desired for size in by_day.values())
    )
    for name, size in asleep.items():
        assert 0 <= size.min <= size.desired <= by_day[name].desired
        assert size.min <= by_day[name].min
        assert size.max == by_day[name].max


@given(groups, st.integers(0, 60))
def test_a_group_that_always_runs_loses_nothing_while_one_that_may_be_empty_has_nodes(
    by_day: dict[str, Size], nodes: int
) -> None:
    asleep = sizes_asleep(by_day, nodes)

    lowered = [name for name in by_day if asleep[name].desired < by_day[name].desired]
    kept = [name for name in by_day if asleep[name].desired > 0]
    assert all(by_day[low].min <= by_day[high].min for low in lowered for high in kept if low != high)


def test_of_the_stacks_groups_spot_goes_first() -> None:
    by_day = {"spot": Size(0, 3, 6), "primary": Size(2, 3, 6)}

    assert sizes_asleep(by_day, 2) == {"spot": Size(0, 0, 6), "primary": Size(2, 2, 6)}
    assert sizes_asleep(by_day, 4) == {"spot": Size(0, 1, 6), "primary": Size(2, 3, 6)}
    assert sizes_asleep(by_day, None) == by_day
