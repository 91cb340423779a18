"""Paths: what is one, where it leads, and that what is put somewhere is found there."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.state_machines.paths import path_of, placed, walk

NAMES = st.text(min_size=1, max_size=8)
STEPS = st.lists(NAMES, min_size=1, max_size=5)


def written(steps: list[str]) -> str:
    return "$" + "".join("['" + step.replace("\\", "\\\\").replace("'", "\\'") + "']" for step in steps)


@given(STEPS)
def test_a_path_is_read_as_it_was_written(steps: list[str]) -> None:
    path = path_of(written(steps))
    assert path is not None
    assert path.steps == tuple(steps)


@given(STEPS, st.integers())
def test_what_is_placed_is_found(steps: list[str], value: int) -> None:
    data: dict[str, Any] = {"other": 1}
    after = placed(tuple(steps), data, value)
    assert walk(tuple(steps), after) == value
    assert steps[0] == "other" or after["other"] == 1


@given(STEPS)
def test_nothing_is_placed_below_what_is_no_object(steps: list[str]) -> None:
    with pytest.raises(LookupError):
        placed((*steps, "below"), placed(tuple(steps), {}, 5), 6)


@pytest.mark.parametrize(
    "text",
    [
        "$",
        "$.a",
        "$.a.b[0]",
        "$['a b']",
        '$["a"]',
        "$.a[-1]",
        "$$.State.Name",
        "$name.x",
        "$.a-b.c_d",
        "$.会議",
    ],
)
def test_a_definite_path_is_walked(text: str) -> None:
    path = path_of(text)
    assert path is not None
    assert path.steps is not None


@pytest.mark.parametrize(
    "text",
    [
        "$.a[*]",
        "$..n",
        "$.a[1:3]",
        "$.a[:2]",
        "$.a[?(@.n > 1)].n",
        "$.*",
        "$['a','b']",
        "$.a[0,1]",
        "$.a[0:10:2]",
    ],
)
def test_a_path_to_several_things_is_left_to_the_library(text: str) -> None:
    path = path_of(text)
    assert path is not None
    assert path.steps is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        ".a",
        "$.",
        "$.a.",
        "$.a..",
        "$.a[",
        "$.a]",
        "$.a[]",
        "$a b",
        "$.a b",
        "$['a]",
        "$.a[?(@.n]",
        "$$$",
    ],
)
def test_what_is_no_path_is_none(text: str) -> None:
    assert path_of(text) is None


def test_a_number_leads_into_a_list_alone() -> None:
    data = json.loads('{"a": [1, [2]], "b": {"0": 3}}')
    assert walk(("a", 1, 0), data) == 2
    for steps in (("b", 0), ("a", "0"), ("a", 5), ("gone",)):
        with pytest.raises(LookupError):
            walk(steps, data)
