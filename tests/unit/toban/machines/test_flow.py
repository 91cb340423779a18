"""What is certain of a value, and how ways that meet lose what only one of them wrote."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from toban.machines.durations import attempts, longest_silence, pauses, worst
from toban.machines.flow import Flow
from toban.machines.json_paths import parse_path, paths_in
from toban.machines.shapes import ANY, Shape, shape_of_value

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abcd"), inner, max_size=3),
    max_leaves=12,
)
PATHS = st.lists(st.sampled_from("abcd"), min_size=1, max_size=3)


def lookup(value: Any, path: list[str]) -> bool:
    for step in path:
        if not isinstance(value, dict) or step not in value:
            return False
        value = value[step]
    return True


@given(VALUES, PATHS)
def test_what_a_shape_is_certain_of_is_there(value: Any, path: list[str]) -> None:
    assert (shape_of_value(value).at(path) is not None) == lookup(value, path)


@given(VALUES, VALUES, PATHS)
def test_what_is_certain_of_either_is_there_in_both(one: Any, other: Any, path: list[str]) -> None:
    if shape_of_value(one).joined(shape_of_value(other)).at(path) is not None:
        assert lookup(one, path)
        assert lookup(other, path)


@given(VALUES, VALUES)
def test_it_does_not_matter_which_way_comes_first(one: Any, other: Any) -> None:
    first, second = shape_of_value(one), shape_of_value(other)
    assert first.joined(second) == second.joined(first)


@given(VALUES, PATHS)
def test_a_result_is_where_it_was_put(value: Any, path: list[str]) -> None:
    assert shape_of_value(value).having(path, ANY).at(path) is not None


@given(VALUES, PATHS, PATHS)
def test_a_machine_is_proven_exactly_when_its_one_way_has_the_path(
    value: Any, put: list[str], read: list[str]
) -> None:
    machine = {
        "StartAt": "Put",
        "States": {
            "Put": {"Type": "Pass", "Result": value, "ResultPath": "$." + ".".join(put), "Next": "Read"},
            "Read": {"Type": "Pass", "InputPath": "$." + ".".join(read), "End": True},
        },
    }
    flow = Flow("one", machine, given=Shape(members={}), answer_of=lambda _: None)
    expected = value
    for step in reversed(put):
        expected = {step: expected}
    assert (flow.faults() == []) == lookup(expected, read)


def test_paths_are_found_in_nested_intrinsics_and_not_in_their_texts() -> None:
    text = r"States.Format('{} of $.b, {}', $.a.b[0], States.MathAdd(States.ArrayLength($['x y']), 1))"
    assert [path.text for path in paths_in(text)] == ["$.a.b[0]", "$['x y']"]
    assert parse_path("$['x y'].z[2]").steps == ("x y", "z", 2)
    assert parse_path("$.list[*]").selects
    assert parse_path("$$.Execution.Id").context


def test_every_retrier_counts_for_itself_and_every_pause_in_full() -> None:
    state = {
        "TimeoutSeconds": 90,
        "Retry": [
            {"IntervalSeconds": 10, "BackoffRate": 2.0, "MaxAttempts": 6, "MaxDelaySeconds": 120},
            {"IntervalSeconds": 5, "BackoffRate": 2.0, "MaxAttempts": 4, "MaxDelaySeconds": 60},
        ],
    }
    assert attempts(state) == 11
    assert pauses(state) == (10 + 20 + 40 + 80 + 120 + 120) + (5 + 10 + 20 + 40)
    assert worst(state) == 11 * 90 + 465


def test_what_a_retrier_does_not_say_is_what_step_functions_takes() -> None:
    assert (attempts({"Retry": [{}]}), pauses({"Retry": [{}]})) == (4, 1 + 2 + 4)


def test_the_longest_silence_is_a_step_at_its_timeout_the_waits_and_all_attempts_of_the_next(
    machine: dict[str, Any],
) -> None:
    # Act, Acted, Pause, Act: 30 s at work, 20 s of waiting, then four attempts of 30 s and 35 s of pauses.
    assert longest_silence(machine).total_seconds() == 30 + 20 + 4 * 30 + (10 + 20 + 5)
    machine["States"]["Pause"]["Seconds"] = 0
    machine["States"]["GiveUp"]["TimeoutSeconds"] = 60
    # A step that fails for good and gives up then.
    assert longest_silence(machine).total_seconds() == 30 + 4 * 60 + (10 + 20 + 5)
