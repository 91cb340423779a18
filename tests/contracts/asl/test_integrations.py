"""Calls of AWS services from a Task state."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from twin.api_faults import ApiError

if TYPE_CHECKING:
    from conftest import Bench

    from twin.api_records import CallContext


def call(bench: Bench, service: str, parameters: dict[str, Any], **more: Any) -> Any:
    resource = f"arn:aws:states:::{service}"
    state = {"Type": "Task", "Resource": resource, "Parameters": parameters, "End": True, **more}
    return bench.run({"Call": state}, for_s=20_000)


def test_an_sdk_call_speaks_pascal_case_both_ways_and_signs_as_the_machines_role(bench: Bench) -> None:
    seen: list[tuple[dict[str, Any], str | None]] = []

    def update(params: dict[str, Any], context: CallContext) -> dict[str, Any]:
        seen.append((params, context.role))
        return {"update": {"id": "u-1", "status": "InProgress", "createdAt": context.clock.now}}

    bench.calls.overlay("eks", "UpdateNodegroupConfig", update)
    run = call(
        bench,
        "aws-sdk:eks:updateNodegroupConfig",
        {"ClusterName": "prod", "NodegroupName": "app", "ScalingConfig": {"DesiredSize": 0, "MinSize": 0}},
    )
    assert run.status == "SUCCEEDED", run.cause
    assert run.output == {
        "Update": {"Id": "u-1", "Status": "InProgress", "CreatedAt": "2026-06-05T10:00:00.000Z"}
    }
    params, role = seen[0]
    assert params["scalingConfig"] == {"desiredSize": 0, "minSize": 0}
    assert role == "machine"


@pytest.mark.parametrize(
    ("service", "operation", "parameters", "code", "name"),
    [
        (
            "eks:describeNodegroup",
            ("eks", "DescribeNodegroup"),
            {"ClusterName": "p", "NodegroupName": "a"},
            "ResourceNotFoundException",
            "Eks.ResourceNotFoundException",
        ),
        (
            "rds:describeDBInstances",
            ("rds", "DescribeDBInstances"),
            {"DbInstanceIdentifier": "db"},
            "DBInstanceNotFound",
            "Rds.DbInstanceNotFoundException",
        ),
        (
            "dynamodb:getItem",
            ("dynamodb", "GetItem"),
            {"TableName": "t", "Key": {"pk": {"S": "x"}}},
            "ResourceNotFoundException",
            "DynamoDb.ResourceNotFoundException",
        ),
        (
            "eks:describeCluster",
            ("eks", "DescribeCluster"),
            {"Name": "p"},
            "ThrottlingException",
            "Eks.ThrottlingException",
        ),
    ],
)
def test_a_services_error_has_the_name_aws_gives_it(
    bench: Bench,
    *,
    service: str,
    operation: tuple[str, str],
    parameters: dict[str, Any],
    code: str,
    name: str,
) -> None:
    def refuse(_params: dict[str, Any], _context: CallContext) -> dict[str, Any]:
        raise ApiError(code, "no", 400)

    bench.calls.overlay(*operation, refuse)
    assert call(bench, f"aws-sdk:{service}", parameters).error == name


def test_a_parameter_the_service_does_not_know_fails_the_task(bench: Bench) -> None:
    run = call(bench, "aws-sdk:eks:describeCluster", {"Name": "p", "Nonsense": 1})
    assert (run.status, run.error) == ("FAILED", "States.Runtime")


def test_lambda_invoke_wraps_the_answer(bench: Bench) -> None:
    arn = bench.function("echo", "def handler(event, context): return {'got': event}\n")
    run = call(bench, "lambda:invoke", {"FunctionName": arn, "Payload": {"x": 1}})
    assert run.output["Payload"] == {"got": {"x": 1}}
    assert run.output["StatusCode"] == 200


def test_the_optimised_services_take_what_they_are_given(bench: Bench) -> None:
    table = {
        "TableName": "control",
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
        "BillingMode": "PAY_PER_REQUEST",
    }
    bench.client("dynamodb").create_table(**table)
    topic = bench.client("sns").create_topic(Name="ops")["TopicArn"]
    queue = bench.client("sqs").create_queue(QueueName="letters")["QueueUrl"]
    item = {"TableName": "control", "Item": {"pk": {"S": "RUN#1"}, "n": {"N": "3"}}}
    key = {"TableName": "control", "Key": {"pk": {"S": "RUN#1"}}}
    entry = {"Source": "toban", "DetailType": "Run", "Detail": {"ok": True}, "EventBusName": "default"}
    assert call(bench, "dynamodb:putItem", item).status == "SUCCEEDED"
    assert call(bench, "dynamodb:getItem", key).output["Item"]["n"] == {"N": "3"}
    assert "MessageId" in call(bench, "sns:publish", {"TopicArn": topic, "Message": "hello"}).output
    assert "MessageId" in call(bench, "sqs:sendMessage", {"QueueUrl": queue, "MessageBody": {"x": 1}}).output
    assert call(bench, "events:putEvents", {"Entries": [entry]}).output["FailedEntryCount"] == 0
    body = bench.client("sqs").receive_message(QueueUrl=queue)["Messages"][0]["Body"]
    assert json.loads(body) == {"x": 1}


def child(bench: Bench, **fails: Any) -> str:
    end = {"Type": "Fail", **fails} if fails else {"Type": "Pass", "Result": {"ok": True}, "End": True}
    return bench.create({"Wait": {"Type": "Wait", "Seconds": 5000, "Next": "End"}, "End": end})


def test_a_started_child_is_not_waited_for(bench: Bench) -> None:
    run = call(bench, "states:startExecution", {"StateMachineArn": child(bench), "Input": {"x": 1}})
    assert (run.status, run.seconds) == ("SUCCEEDED", 0)
    assert ":execution:" in run.output["ExecutionArn"]


def test_sync_waits_to_the_second_and_answers_with_the_childs_output(bench: Bench) -> None:
    run = call(bench, "states:startExecution.sync:2", {"StateMachineArn": child(bench), "Input": {}})
    assert (run.status, run.seconds, run.output["Output"]) == ("SUCCEEDED", 5000, {"ok": True})
    run = call(bench, "states:startExecution.sync", {"StateMachineArn": child(bench), "Input": {}})
    assert json.loads(run.output["Output"]) == {"ok": True}


def test_a_failed_child_fails_the_parent(bench: Bench) -> None:
    run = call(bench, "states:startExecution.sync:2", {"StateMachineArn": child(bench, Error="Broken")})
    assert (run.status, run.error) == ("FAILED", "States.TaskFailed")
    assert "Broken" in (run.cause or "")


TOKEN = "arn:aws:states:::sqs:sendMessage.waitForTaskToken"


def wait_for_token(bench: Bench, **more: Any) -> tuple[str, str]:
    queue = bench.client("sqs").create_queue(QueueName="letters")["QueueUrl"]
    state = {
        "Type": "Task",
        "Resource": TOKEN,
        "Parameters": {"QueueUrl": queue, "MessageBody": {"token.$": "$$.Task.Token"}},
        "End": True,
        **more,
    }
    arn = bench.start(bench.create({"Ask": state}))
    bench.after(10)
    body = bench.client("sqs").receive_message(QueueUrl=queue)["Messages"][0]["Body"]
    return arn, json.loads(body)["token"]


def test_a_token_is_waited_for_until_it_comes_back(bench: Bench) -> None:
    arn, token = wait_for_token(bench)
    bench.after(3590)
    bench.client("stepfunctions").send_task_success(taskToken=token, output='{"yes": 1}')
    bench.after(1)
    run = bench.result(arn)
    assert (run.status, run.output, run.seconds) == ("SUCCEEDED", {"yes": 1}, 3600)


def test_a_token_can_come_back_as_a_failure(bench: Bench) -> None:
    arn, token = wait_for_token(bench)
    bench.client("stepfunctions").send_task_failure(taskToken=token, error="Declined", cause="by alice")
    bench.after(1)
    run = bench.result(arn)
    assert (run.status, run.error, run.cause) == ("FAILED", "Declined", "by alice")


def test_a_token_that_never_comes_back_times_out(bench: Bench) -> None:
    arn, _ = wait_for_token(bench, TimeoutSeconds=86_400)
    bench.after(100_000)
    run = bench.result(arn)
    assert (run.status, run.error, run.seconds) == ("FAILED", "States.Timeout", 86_400)


def test_heartbeats_keep_a_task_alive_and_their_absence_ends_it(bench: Bench) -> None:
    arn, token = wait_for_token(bench, HeartbeatSeconds=1800, TimeoutSeconds=86_400)
    for _ in range(3):
        bench.after(1700)
        bench.client("stepfunctions").send_task_heartbeat(taskToken=token)
    bench.after(86_400)
    run = bench.result(arn)
    assert (run.status, run.error, run.seconds) == ("FAILED", "States.Timeout", 10 + 3 * 1700 + 1800)
