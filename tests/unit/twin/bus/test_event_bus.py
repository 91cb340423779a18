"""Events reach the targets of the rules that they match; what cannot be delivered becomes a dead letter."""

from __future__ import annotations

import json
from typing import Any

import pytest

from twin.api_faults import Fault, FaultKind
from twin.bus.inputs import target_input
from twin.bus.patterns import matches

EVENT = {
    "source": "toban",
    "detail-type": "Slept",
    "time": "2026-03-02T00:00:00Z",
    "resources": ["arn:a"],
    "detail": {
        "nodes": 2,
        "ok": True,
        "name": "dev-api",
        "list": [{"k": "a", "v": 1}, {"k": "b", "v": 2}],
        "ip": "10.0.1.7",
    },
}


@pytest.mark.parametrize(
    ("detail", "expected"),
    [
        ({"nodes": [2]}, True),
        ({"nodes": [3]}, False),
        ({"ok": [True]}, True),
        ({"ok": [1]}, False),
        ({"nodes": [{"numeric": [">", 1, "<=", 2]}]}, True),
        ({"name": [{"prefix": "dev-"}]}, True),
        ({"name": [{"suffix": "-web"}]}, False),
        ({"name": [{"anything-but": ["dev-api"]}]}, False),
        ({"name": [{"wildcard": "d*api"}]}, True),
        ({"name": [{"equals-ignore-case": "DEV-API"}]}, True),
        ({"ip": [{"cidr": "10.0.1.0/24"}]}, True),
        ({"gone": [{"exists": False}]}, True),
        ({"gone": {"inner": [{"exists": False}]}}, True),
        ({"nodes": [{"exists": True}], "name": ["x"]}, False),
        ({"list": {"k": ["b"], "v": [2]}}, True),
        ({"list": {"k": ["a"], "v": [2]}}, False),
        ({"$or": [{"nodes": [9]}, {"ok": [True]}]}, True),
    ],
)
def test_a_pattern_matches_as_eventbridge_documents(detail: dict[str, Any], expected: bool) -> None:  # noqa: FBT001 - a row of the table
    assert matches({"source": ["toban"], "detail": detail}, EVENT) is expected


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ({}, json.dumps(EVENT)),
        ({"Input": '{"a": 1}'}, '{"a": 1}'),
        ({"InputPath": "$.detail.nodes"}, "2"),
        ({"InputPath": "$.detail.list[1].k"}, '"b"'),
        (
            {
                "InputTransformer": {
                    "InputPathsMap": {"n": "$.detail.nodes"},
                    "InputTemplate": '{"n": <n>, "t": "<n> nodes"}',
                }
            },
            '{"n": 2, "t": "2 nodes"}',
        ),
        (
            {
                "InputTransformer": {
                    "InputPathsMap": {"s": "$.detail.name"},
                    "InputTemplate": '{"s": <s>, "q": "<s>"}',
                }
            },
            '{"s": "dev-api", "q": "dev-api"}',
        ),
        (
            {"InputTransformer": {"InputTemplate": '{"rule": "<aws.events.rule-name>", "none": <other>}'}},
            '{"rule": "r", "none": <other>}',
        ),
    ],
)
def test_a_target_is_given_what_its_input_says(target: dict[str, Any], expected: str) -> None:
    assert target_input(target, EVENT, rule_arn="arn:aws:events:x:1:rule/r") == expected


def rule(twin: Any, name: str, *targets: dict[str, Any], bus: str = "default") -> None:
    client = twin.aws.client("events")
    client.put_rule(Name=name, EventPattern='{"source": ["toban"]}', EventBusName=bus)
    client.put_targets(
        Rule=name, EventBusName=bus, Targets=[{"Id": str(i), **t} for i, t in enumerate(targets)]
    )


def put(twin: Any, source: str = "toban", **entry: str) -> dict[str, Any]:
    entries = [{"Source": source, "DetailType": "Slept", "Detail": '{"nodes": 2}', **entry}]
    answer: dict[str, Any] = twin.aws.client("events").put_events(Entries=entries)
    return answer


def test_an_event_reaches_the_queue_behind_its_rule(small_twin: Any) -> None:
    rule(small_twin, "all", {"Arn": small_twin.queue("work")})
    answer = put(small_twin)
    small_twin.run(seconds=1)
    (message,) = small_twin.messages("work")
    assert json.loads(message["Body"])["id"] == answer["Entries"][0]["EventId"]
    assert json.loads(message["Body"])["time"] == "2026-03-02T00:00:00Z"


def test_a_bus_passes_events_on_to_another(small_twin: Any) -> None:
    arn = small_twin.aws.client("events").create_event_bus(Name="own")["EventBusArn"]
    rule(small_twin, "pass-on", {"Arn": arn})
    rule(small_twin, "take", {"Arn": small_twin.queue("work")}, bus="own")
    put(small_twin)
    small_twin.run(seconds=1)
    assert len(small_twin.messages("work")) == 1


def test_an_archive_keeps_what_its_pattern_takes_and_nothing_is_delivered_for_it(small_twin: Any) -> None:
    events = small_twin.aws.client("events")
    bus = events.create_event_bus(Name="own")["EventBusArn"]
    events.create_archive(
        ArchiveName="runs", EventSourceArn=bus, EventPattern='{"source": [{"prefix": "toban"}]}'
    )
    put(small_twin, EventBusName="own")
    put(small_twin, "other", EventBusName="own")
    small_twin.run(seconds=1)

    assert events.describe_archive(ArchiveName="runs")["EventCount"] == 1


def test_a_source_of_aws_is_refused_from_user_code(small_twin: Any) -> None:
    rule(small_twin, "all", {"Arn": small_twin.queue("work")})
    answer = put(small_twin, "aws.ec2")
    assert answer["FailedEntryCount"] == 1
    assert answer["Entries"][0]["ErrorCode"] == "NotAuthorizedForSourceException"


def test_a_malformed_detail_is_refused(small_twin: Any) -> None:
    assert put(small_twin, Detail="[1]")["Entries"][0]["ErrorCode"] == "MalformedDetail"


def test_a_target_that_is_not_there_gives_a_dead_letter_at_once(small_twin: Any) -> None:
    gone = f"arn:aws:sqs:{small_twin.aws.region}:{small_twin.aws.account}:gone"
    rule(small_twin, "all", {"Arn": gone, "DeadLetterConfig": {"Arn": small_twin.queue("dead")}})
    put(small_twin)
    small_twin.run(seconds=1)
    (message,) = small_twin.messages("dead")
    assert message["MessageAttributes"]["EXHAUSTED_RETRY_CONDITION"]["StringValue"] == "Unretryable"
    assert message["MessageAttributes"]["TARGET_ARN"]["StringValue"] == gone


def test_a_throttled_target_is_tried_again_later(small_twin: Any) -> None:
    rule(small_twin, "all", {"Arn": small_twin.queue("work")})
    fault = small_twin.calls.inject(
        Fault(FaultKind.THROTTLE, service="sqs", operation="SendMessage", times=None)
    )
    put(small_twin)
    small_twin.run(seconds=20)
    small_twin.calls.lift(fault)
    small_twin.run(minutes=2)
    assert len(small_twin.messages("work")) == 1


def test_retries_end_and_the_event_is_kept(small_twin: Any) -> None:
    topic = small_twin.aws.client("sns").create_topic(Name="t")["TopicArn"]
    dead = {"Arn": small_twin.queue("dead")}
    rule(
        small_twin,
        "all",
        {"Arn": topic, "RetryPolicy": {"MaximumRetryAttempts": 2}, "DeadLetterConfig": dead},
    )
    small_twin.calls.inject(Fault(FaultKind.THROTTLE, service="sns", operation="Publish", times=None))
    put(small_twin)
    small_twin.run(minutes=10)
    (message,) = small_twin.messages("dead")
    assert message["MessageAttributes"]["RETRY_ATTEMPTS"]["StringValue"] == "2"
    assert any(kind == "delivery" and "gave up" in what for kind, _, what, _ in small_twin.log)
