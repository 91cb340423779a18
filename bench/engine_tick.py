"""One quiet tick of the night's machine, all included: the twin's engine beside stock moto.

A tick is Pass, a Lambda task, Choice and Succeed; the handler makes one DynamoDB Query and two EKS
describes through boto3. The peer is moto's own interpreter on real time, with the same handler called
from the hook that moto offers. Ours answers EKS by overlays, as the simulated cluster does.
"""

from __future__ import annotations

import datetime as dt
import json
import statistics
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
from moto import mock_aws

from twin import shortcuts
from twin.api_calls import ApiCalls
from twin.clock import Clock
from twin.functions import FunctionRunner
from twin.functions.lambda_service import LambdaService
from twin.randomness import Randomness
from twin.state_machines import install

if TYPE_CHECKING:
    from collections.abc import Iterator

REGION = "ap-northeast-1"
SCALING = {"minSize": 0, "desiredSize": 3, "maxSize": 5}
ROUNDS = 3
TICKS = 200
PEER_TICKS = 40
HANDLER = """
import boto3
CLIENTS = {}
def client(name):
    if name not in CLIENTS:
        CLIENTS[name] = boto3.client(name, region_name="ap-northeast-1")
    return CLIENTS[name]
def handler(event, context):
    client("dynamodb").query(TableName="control", KeyConditionExpression="pk = :pk",
                             ExpressionAttributeValues={":pk": {"S": "HOLD#prod"}})
    client("eks").describe_cluster(name="prod")
    group = client("eks").describe_nodegroup(clusterName="prod", nodegroupName="app")["nodegroup"]
    return {"action": "none", "desired": group["scalingConfig"]["desiredSize"]}
"""
DEFINITION = {
    "StartAt": "Begin",
    "States": {
        "Begin": {"Type": "Pass", "Next": "Observe"},
        "Observe": {
            "Type": "Task",
            "Resource": "arn:aws:states:::lambda:invoke",
            "Parameters": {"FunctionName": "observe", "Payload.$": "$"},
            "OutputPath": "$.Payload",
            "Retry": [{"ErrorEquals": ["TemporaryError"], "IntervalSeconds": 5}],
            "Next": "Ask",
        },
        "Ask": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.action", "StringEquals": "sleep", "Next": "Stop"}],
            "Default": "Done",
        },
        "Stop": {"Type": "Fail"},
        "Done": {"Type": "Succeed"},
    },
}
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ],
    }
)


def client(name: str) -> Any:
    """A client of the bench's own."""
    make: Any = boto3.client
    return make(name, region_name=REGION, aws_access_key_id="x", aws_secret_access_key="x")  # noqa: S106


def deploy() -> str:
    """Puts the table, the cluster, the function and the machine into moto; returns the machine's ARN."""
    client("dynamodb").create_table(
        TableName="control",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")],
    )
    role = client("iam").create_role(RoleName="work", AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]
    network = {"subnetIds": ["subnet-1"]}
    client("eks").create_cluster(name="prod", roleArn=role, resourcesVpcConfig=network)
    client("eks").create_nodegroup(
        clusterName="prod",
        nodegroupName="app",
        nodeRole=role,
        subnets=["subnet-1"],
        scalingConfig=SCALING,
    )  # fmt: skip - one call
    client("lambda").create_function(
        FunctionName="observe",
        Runtime="python3.13",
        Handler="bench_tick.handler",
        Role=role,
        Code={"ZipFile": b"none"},
        Timeout=30,
    )  # fmt: skip - one call
    arn: str = client("stepfunctions").create_state_machine(
        name="night", definition=json.dumps(DEFINITION), roleArn=role
    )["stateMachineArn"]
    return arn


def settings(*, docker: bool) -> Any:
    """Moto's configuration; without Docker its simple backend answers through the same hook."""
    return {"stepfunctions": {"execute_state_machine": True}, "lambda": {"use_docker": docker}}


@contextmanager
def twin() -> Iterator[tuple[Clock, str]]:
    """The engine with the deployed machine."""
    with tempfile.TemporaryDirectory() as folder, mock_aws(config=settings(docker=True)):
        Path(folder, "bench_tick.py").write_text(HANDLER)
        randomness, clock = Randomness(1), Clock(dt.datetime(2026, 6, 5, tzinfo=dt.UTC))
        calls = ApiCalls(clock)
        calls.install()
        machines = install(clock, randomness.numbers)
        shortcuts.install(calls)
        calls.overlay("eks", "DescribeCluster", lambda params, _: {"cluster": {"name": params["name"]}})
        calls.overlay(
            "eks", "DescribeNodegroup", lambda _params, _: {"nodegroup": {"scalingConfig": SCALING}}
        )
        service = LambdaService(clock, calls, FunctionRunner(clock, calls, {"observe": Path(folder)}))
        try:
            yield clock, deploy()
        finally:
            clock.close()
            service.close()
            machines.close()
            calls.close()
            randomness.close()


def run_ticks(clock: Clock, machine: str, count: int) -> float:
    """Lets `count` ticks pass, ten minutes apart; returns the real milliseconds of one."""
    states = client("stepfunctions")

    def tick() -> None:
        states.start_execution(stateMachineArn=machine, input="{}")

    for number in range(count):
        clock.call_later(600 * (number + 1), tick, name="tick")
    begun = time.perf_counter()
    clock.run_until(clock.now + dt.timedelta(seconds=600 * (count + 1)))
    return (time.perf_counter() - begun) / count * 1000


def ours() -> list[float]:
    """Milliseconds per tick, once a round, after a first that warms everything."""
    with twin() as (clock, machine):
        run_ticks(clock, machine, 10)
        return [run_ticks(clock, machine, TICKS) for _ in range(ROUNDS)]


def stock() -> list[float]:
    """The same on stock moto: real time, its own threads, the handler called from its Lambda hook."""
    from moto.awslambda_simple.models import LambdaSimpleBackend  # noqa: PLC0415 - only the peer needs it

    names: dict[str, Any] = {}
    exec(HANDLER, names)  # noqa: S102 - the handler above
    original = LambdaSimpleBackend.invoke
    LambdaSimpleBackend.invoke = lambda *_, **__: json.dumps(names["handler"]({}, None)).encode()
    try:
        with mock_aws(config=settings(docker=False)):
            return list(_stock_rounds(deploy()))
    finally:
        LambdaSimpleBackend.invoke = original


def _stock_rounds(machine: str) -> Iterator[float]:
    states = client("stepfunctions")
    for number in range(ROUNDS + 1):
        begun = time.perf_counter()
        for tick in range(PEER_TICKS):
            name = f"{number}-{tick}"
            arn = states.start_execution(stateMachineArn=machine, name=name, input="{}")["executionArn"]
            while states.describe_execution(executionArn=arn)["status"] == "RUNNING":
                time.sleep(0.001)  # noqa: TID251 - the peer runs on real time
        if number:
            yield (time.perf_counter() - begun) / PEER_TICKS * 1000


def run() -> list[dict[str, Any]]:
    """The bench's figures, in milliseconds a tick."""
    mine, peer = ours(), stock()
    middle, beside = statistics.median(mine), statistics.median(peer)
    return [
        {
            "name": "quiet tick",
            "ours": middle,
            "peer": beside,
            "peer_name": "stock moto",
            "ratio": middle / beside,
            "spread": (max(mine) - min(mine)) / middle,
            "unit": "ms",
            "rounds": ROUNDS,
        }
    ]


if __name__ == "__main__":
    print(json.dumps(run() if len(sys.argv) == 1 else ours()))
