"""Event patterns match and refuse as EventBridge's user guide and its open library say."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.twin.engines.corpus import corpus, told
from twin.bus.pattern_negations import NEGATED
from twin.bus.pattern_texts import PatternError
from twin.bus.pattern_values import FILTERS
from twin.bus.patterns import compile_pattern, matches

PAGE = corpus("event_patterns")


def test_every_row_names_its_source_and_every_filter_has_rows() -> None:
    rows = [*PAGE["rows"], *PAGE["refused"]]

    assert {row[0] for row in rows} == set(PAGE["sources"]) - {"limits"}
    asked = json.dumps([row[1] for row in PAGE["rows"]])
    assert [name for name in (*FILTERS, "exists", "$or") if f'"{name}"' not in asked] == []
    assert [name for name in NEGATED if f'{{"anything-but": {{"{name}"' not in asked] == []


@pytest.mark.parametrize("row", PAGE["rows"], ids=told)
def test_a_pattern_matches_as_its_page_says(row: list[Any]) -> None:
    _, pattern, event, expected = row

    assert matches(pattern, PAGE["events"][event]) is expected


@pytest.mark.parametrize("row", PAGE["refused"], ids=told)
def test_what_is_no_pattern_is_refused_in_words(row: list[Any]) -> None:
    with pytest.raises(PatternError, match=row[2]):
        compile_pattern(row[1])


def test_a_pattern_too_large_and_one_of_too_many_combinations_are_refused() -> None:
    with pytest.raises(PatternError, match="2048"):
        compile_pattern(json.dumps({"a": ["x" * 2048]}))
    choice = {"$or": [{letter: [1]} for letter in "abcdefghijk"]}
    compile_pattern(json.dumps({"p": choice, "q": choice}))
    with pytest.raises(PatternError, match="1000 combinations"):
        compile_pattern(json.dumps({"p": choice, "q": choice, "r": choice}))


LEAVES = st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from(["", "a", "ab", "b"])
EVENTS = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("xyz"), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from("xyz"), EVENTS, max_size=3), st.sampled_from("xyz"))
def test_a_field_is_there_or_not_and_never_both(event: dict[str, Any], field: str) -> None:
    there = matches({field: [{"exists": True}]}, event)

    assert matches({field: [{"exists": False}]}, event) is not there


@settings(max_examples=200, deadline=None)
@given(LEAVES, st.sampled_from(["a", "ab", "b"]))
def test_anything_but_is_the_opposite_of_the_value(value: Any, other: str) -> None:
    assert matches({"x": [{"anything-but": other}]}, {"x": value}) is not matches(
        {"x": [other]}, {"x": value}
    )


def test_the_api_refuses_a_pattern_that_could_match_nothing(small_twin: Any) -> None:
    client = small_twin.aws.client("events")
    with pytest.raises(client.exceptions.InvalidEventPatternException, match="put it into a list"):
        client.put_rule(Name="r", EventPattern='{"source": "toban"}')


def test_a_pattern_is_tried_on_an_event(small_twin: Any) -> None:
    client = small_twin.aws.client("events")
    event = json.dumps(PAGE["events"]["ec2"])
    assert client.test_event_pattern(EventPattern='{"source": ["aws.ec2"]}', Event=event)["Result"]
    with pytest.raises(ClientError, match="it lacks account"):
        client.test_event_pattern(EventPattern='{"source": ["aws.ec2"]}', Event='{"source": "aws.ec2"}')
