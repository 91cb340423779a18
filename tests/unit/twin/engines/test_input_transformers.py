"""What a target is given follows EventBridge's user guide."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.twin.engines.corpus import corpus, told
from twin.bus.inputs import RESERVED, refused_input, target_input
from twin.bus.json_paths import compile_path

PAGE = corpus("input_transformers")


def transformed(template: str, **paths: str) -> str:
    transformer = {"InputPathsMap": paths or PAGE["paths"], "InputTemplate": template}
    assert list(refused_input({"InputTransformer": transformer})) == []
    return target_input({"InputTransformer": transformer}, PAGE["event"], rule_arn=PAGE["rule"])


def test_every_row_names_its_source() -> None:
    rows = [*PAGE["templates"], *PAGE["paths_read"], *PAGE["refused"]]

    assert {row[0] for row in rows} == set(PAGE["sources"])
    asked = json.dumps([PAGE["templates"], PAGE["whole"]])
    assert [name for name in RESERVED if name not in asked] == []


@pytest.mark.parametrize("row", PAGE["templates"], ids=told)
def test_a_template_is_filled_as_its_page_says(row: list[Any]) -> None:
    assert transformed(row[1]) == row[2]


@pytest.mark.parametrize("variable", PAGE["whole"])
def test_the_event_is_given_with_its_detail_or_without(variable: str) -> None:
    assert list(json.loads(transformed(f"<{variable}>"))) == PAGE["whole"][variable]


@pytest.mark.parametrize("row", PAGE["paths_read"], ids=told)
def test_a_path_reads_the_event(row: list[Any]) -> None:
    expected = PAGE["event"] if row[2] == "whole" else row[2]

    assert compile_path(row[1])(PAGE["event"]) == expected


@pytest.mark.parametrize("row", PAGE["refused"], ids=told)
def test_an_input_that_is_none_is_refused_by_the_api(row: list[Any], small_twin: Any) -> None:
    client = small_twin.aws.client("events")
    client.put_rule(Name="r", EventPattern='{"source": ["toban"]}')
    target = {"Id": "1", "Arn": small_twin.queue("work"), **row[1]}
    with pytest.raises(ClientError, match=row[2]) as refused:
        client.put_targets(Rule="r", Targets=[target])
    assert refused.value.response["Error"]["Code"] == "ValidationException"


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=4))
def test_a_value_outside_of_quotes_stays_what_it_is(value: Any) -> None:
    transformer = {"InputPathsMap": {"v": "$.detail.v"}, "InputTemplate": '{"v": <v>, "text": "<v>"}'}
    text = target_input({"InputTransformer": transformer}, {"detail": {"v": value}}, rule_arn="arn:rule/r")

    assert json.loads(text)["v"] == ("" if value is None else value)
