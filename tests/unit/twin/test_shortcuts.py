"""A shortcut answers what the long way through moto would have answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import boto3
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from moto import mock_aws

from twin.api_records import CallContext
from twin.shortcuts import _query

if TYPE_CHECKING:
    from collections.abc import Iterator

REGION = "ap-northeast-1"
KEYS = st.sampled_from(["NOTE#a", "NOTE#é", "LOCK", "PAGE#1", "𝄞", "z"])
VALUES = st.recursive(
    st.one_of(
        st.text().map(lambda text: {"S": text}),
        st.integers(-(10**9), 10**9).map(lambda number: {"N": str(number)}),
        st.booleans().map(lambda truth: {"BOOL": truth}),
        st.just({"NULL": True}),
        st.sets(st.text(min_size=1), min_size=1, max_size=3).map(lambda texts: {"SS": sorted(texts)}),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda parts: {"L": parts}),
        st.dictionaries(st.text(min_size=1, max_size=4), inner, max_size=3).map(lambda parts: {"M": parts}),
    ),
    max_leaves=6,
)
CONTEXT = CallContext(clock=None, region=REGION, account="123456789012", function=None, role=None)  # type: ignore[arg-type] # no shortcut asks for the time


@pytest.fixture
def dynamodb(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    with mock_aws():
        yield boto3.client("dynamodb", region_name=REGION)


def table(dynamodb: Any, *, sort_key: str = "S") -> str:
    name = f"control-{len(dynamodb.list_tables()['TableNames'])}"
    dynamodb.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "sk", "AttributeType": sort_key},
        ],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
    )
    return name


def asked(name: str, target: str = "dev", **more: Any) -> dict[str, Any]:
    return {
        "TableName": name,
        "ConsistentRead": True,
        "KeyConditionExpression": "pk = :target",
        "ExpressionAttributeValues": {":target": {"S": target}},
        **more,
    }


def long_way(dynamodb: Any, question: dict[str, Any]) -> dict[str, Any]:
    answer = dynamodb.query(**question)
    return {key: answer[key] for key in ("Items", "Count", "ScannedCount")}


@settings(max_examples=15, deadline=None)
@given(
    writes=st.lists(
        st.tuples(st.sampled_from(["dev", "prod"]), KEYS, st.dictionaries(st.text("ab"), VALUES, max_size=3)),
        max_size=8,
    ),
    gone=st.lists(KEYS, max_size=2),
)
def test_the_query_of_a_partition_is_answered_as_moto_answers_it(
    writes: list[tuple[str, str, dict[str, Any]]], gone: list[str]
) -> None:
    with pytest.MonkeyPatch.context() as patch, mock_aws():
        patch.setenv("AWS_ACCESS_KEY_ID", "test")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "test")
        client = boto3.client("dynamodb", region_name=REGION)
        name = table(client)
        for target, key, values in writes:
            attributes = {f"a-{each}": value for each, value in values.items()}
            client.put_item(TableName=name, Item={"pk": {"S": target}, "sk": {"S": key}, **attributes})
        for key in gone:
            client.delete_item(TableName=name, Key={"pk": {"S": "dev"}, "sk": {"S": key}})
        for target in ("dev", "prod", "nobody"):
            assert _query(asked(name, target), CONTEXT) == long_way(client, asked(name, target))


def test_an_item_that_was_updated_in_place_is_answered_as_it_is_now(dynamodb: Any) -> None:
    name = table(dynamodb)
    for number in range(3):
        dynamodb.update_item(
            TableName=name,
            Key={"pk": {"S": "dev"}, "sk": {"S": "LOCK"}},
            UpdateExpression="SET fence = :n",
            ExpressionAttributeValues={":n": {"N": str(number)}},
        )
        assert _query(asked(name), CONTEXT)["Items"][0]["fence"] == {"N": str(number)}


def test_what_is_answered_is_nobody_elses(dynamodb: Any) -> None:
    name = table(dynamodb)
    dynamodb.put_item(TableName=name, Item={"pk": {"S": "dev"}, "sk": {"S": "a"}, "tags": {"SS": ["x"]}})
    _query(asked(name), CONTEXT)["Items"][0]["tags"]["SS"].append("y")
    assert _query(asked(name), CONTEXT)["Items"][0]["tags"] == {"SS": ["x"]}


@pytest.mark.parametrize(
    "more",
    [
        {"Limit": 1},
        {"ScanIndexForward": False},
        {"FilterExpression": "a = :target"},
        {"ProjectionExpression": "sk"},
        {"KeyConditionExpression": "pk = :target AND begins_with(sk, :target)"},
        {"KeyConditionExpression": "sk = :target"},
        {"ExpressionAttributeValues": {":target": {"N": "1"}}},
        {"ExpressionAttributeValues": {":target": {"S": "dev"}, ":unused": {"S": "dev"}}},
    ],
)
def test_another_query_takes_the_long_way(more: dict[str, Any], dynamodb: Any) -> None:
    with pytest.raises(LookupError):
        _query({**asked(table(dynamodb)), **more}, CONTEXT)


def test_a_partition_of_more_than_a_page_takes_the_long_way(dynamodb: Any) -> None:
    name = table(dynamodb)
    for number in range(4):
        text = {"S": "x" * 300_000}
        dynamodb.put_item(TableName=name, Item={"pk": {"S": "dev"}, "sk": {"S": str(number)}, "text": text})
    with pytest.raises(LookupError):
        _query(asked(name), CONTEXT)


def test_a_sort_key_of_numbers_takes_the_long_way(dynamodb: Any) -> None:
    with pytest.raises(LookupError):
        _query(asked(table(dynamodb, sort_key="N")), CONTEXT)
