"""A standing twin answers AWS clients in their own protocols, and refuses in words what it does not do."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

ROOT = Path(__file__).resolve().parents[3]
READS: list[tuple[str, str, dict[str, Any], str]] = [
    ("autoscaling", "describe_auto_scaling_groups", {}, "AutoScalingGroups"),
    ("cloudwatch", "describe_alarms", {"MaxRecords": 2}, "MetricAlarms"),
    ("dynamodb", "describe_table", {"TableName": "toban-dev-control"}, "Table"),
    ("ec2", "describe_instances", {}, "Reservations"),
    (
        "eks",
        "describe_nodegroup",
        {"clusterName": "sre-portfolio-cluster-dev", "nodegroupName": "primary"},
        "nodegroup",
    ),
    ("events", "list_event_buses", {}, "EventBuses"),
    ("iam", "list_roles", {}, "Roles"),
    ("kms", "list_keys", {}, "Keys"),
    ("lambda", "list_functions", {"MaxItems": 2}, "Functions"),
    ("logs", "describe_log_groups", {}, "logGroups"),
    ("rds", "describe_db_instances", {}, "DBInstances"),
    ("scheduler", "list_schedules", {}, "Schedules"),
    ("sns", "list_topics", {}, "Topics"),
    ("sqs", "list_queues", {}, "QueueUrls"),
    ("ssm", "describe_parameters", {}, "Parameters"),
    ("stepfunctions", "list_state_machines", {}, "stateMachines"),
    ("sts", "get_caller_identity", {}, "Account"),
]


@pytest.mark.parametrize(("service", "operation", "given", "member"), READS, ids=[read[0] for read in READS])
def test_a_client_of_each_service_reads(
    service: str, operation: str, given: dict[str, Any], member: str, twin: Any
) -> None:
    found = getattr(twin.client(service), operation)(**given)
    assert found["ResponseMetadata"]["HTTPStatusCode"] == 200
    assert member in found


def test_the_list_of_what_is_served_is_what_these_tests_read(twin: Any) -> None:
    with pytest.raises(ClientError, match="does not serve s3; it serves ") as refused:
        twin.client("s3").list_buckets()
    served = refused.value.response["Error"]["Message"].partition("it serves ")[2].rstrip(".").split(", ")
    names = {"cloudwatch": "monitoring", "stepfunctions": "states"}
    assert served == sorted(names.get(read[0], read[0]) for read in READS)
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501


def test_every_service_that_a_handler_calls_is_served() -> None:
    """A function in a process of its own calls AWS through this endpoint."""
    wiring = (ROOT / "functions/runtime/wiring.py").read_text()
    called = set(re.findall(r"_client\(\"(\w+)\"\)", wiring))
    assert {"dynamodb", "ec2"} <= called <= {read[0] for read in READS}


def test_an_overlay_answers_a_stranger_as_it_answers_a_handler(twin: Any) -> None:
    eks = twin.client("eks")
    with pytest.raises(
        eks.exceptions.ResourceNotFoundException, match="No node group found for name: nope"
    ) as error:
        eks.describe_nodegroup(clusterName="sre-portfolio-cluster-dev", nodegroupName="nope")
    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 404
    scaling = twin.client("autoscaling")
    with pytest.raises(ClientError, match="No managed instance found for instance ID: i-1") as plain:
        scaling.terminate_instance_in_auto_scaling_group(
            InstanceId="i-1", ShouldDecrementDesiredCapacity=True
        )
    assert plain.value.response["Error"]["Code"] == "ValidationError"


def test_bytes_survive_the_way_there_and_back(twin: Any) -> None:
    table = twin.client("dynamodb")
    item = {"pk": {"S": "a test"}, "sk": {"S": "1"}, "raw": {"B": b"\x00\xff\x80"}, "n": {"N": "1.50"}}
    table.put_item(TableName="toban-dev-control", Item=item)
    key = {"pk": item["pk"], "sk": item["sk"]}
    found = table.get_item(TableName="toban-dev-control", Key=key)["Item"]
    assert found["raw"] == {"B": b"\x00\xff\x80"}
    table.delete_item(TableName="toban-dev-control", Key=key)


def test_a_failed_condition_keeps_its_name_and_its_item(twin: Any) -> None:
    table = twin.client("dynamodb")
    item = {"pk": {"S": "a test"}, "sk": {"S": "2"}}
    table.put_item(TableName="toban-dev-control", Item=item)
    with pytest.raises(table.exceptions.ConditionalCheckFailedException) as failed:
        table.put_item(
            TableName="toban-dev-control",
            Item=item,
            ConditionExpression="attribute_not_exists(pk)",
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )
    assert failed.value.response["Item"] == item
    table.delete_item(TableName="toban-dev-control", Key=item)


def test_times_survive_the_way_there_and_back(twin: Any) -> None:
    now = twin.jump("+1m")
    metrics = twin.client("cloudwatch")
    metrics.put_metric_data(
        Namespace="Test", MetricData=[{"MetricName": "M", "Timestamp": now, "Value": 4.0}]
    )
    machine = twin.client("stepfunctions").list_state_machines()["stateMachines"][0]
    assert machine["creationDate"] < now


def test_a_function_answers_whom_it_is_invoked_by(twin: Any) -> None:
    answer = twin.client("lambda").invoke(
        FunctionName="toban-dev-night-scaling-plan-night", Payload=b'{"not": "an event"}'
    )
    assert answer["FunctionError"] == "Unhandled"
    assert b'"errorType": "PermanentError"' in answer["Payload"].read()


def test_a_parameter_that_is_missing_is_told_as_aws_tells_it(twin: Any) -> None:
    status, found = twin.ask(
        "/",
        {"TableName": "toban-dev-control"},
        **{
            "Content-Type": "application/x-amz-json-1.0",
            "X-Amz-Target": "DynamoDB_20120810.GetItem",
            "Authorization": "AWS4-HMAC-SHA256 Credential=a/20261211/ap-northeast-1/dynamodb/aws4_request, x",
        },
    )
    assert status == 400
    assert found["__type"].endswith("ValidationException")


@pytest.mark.parametrize(
    ("headers", "sentence"),
    [
        ({}, "The twin needs a signed request"),
        (
            {"Authorization": "AWS4-HMAC-SHA256 Credential=a/20261211/r/dynamodb/aws4_request"},
            "finds no operation of dynamodb",
        ),
    ],
)
def test_a_request_that_names_nothing_is_told_in_words(
    headers: dict[str, str], sentence: str, twin: Any
) -> None:
    headers = {"Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": "Nothing.AtAll", **headers}
    status, found = twin.ask("/", {}, **headers)
    assert (status, found["__type"]) == (501, "NotImplemented")
    assert sentence in found["message"]
