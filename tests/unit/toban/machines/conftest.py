"""A small machine that keeps the protocol, for tests that break it in one place each."""

import copy
from typing import Any, NamedTuple, TypedDict

import pytest

from toban.machines.shapes import Shape, shape_of_type

RETRY = [
    {"ErrorEquals": ["TemporaryError"], "IntervalSeconds": 10, "BackoffRate": 2.0, "MaxAttempts": 2},
    {
        "ErrorEquals": [
            "Lambda.ServiceException", "Lambda.AWSLambdaException", "Lambda.SdkClientException",
            "Lambda.TooManyRequestsException", "Lambda.ClientExecutionTimeoutException", "Lambda.Unknown",
            "Runtime.ExitError", "Runtime.OutOfMemory", "Sandbox.Timedout", "States.Timeout",
        ],
        "IntervalSeconds": 5, "BackoffRate": 2.0, "MaxAttempts": 1, "MaxDelaySeconds": 60,
    },
]  # fmt: skip


def step(name: str, **more: Any) -> dict[str, Any]:
    """A Task that invokes its own function, as every machine writes it."""
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Parameters": {
            "FunctionName": f"${{{name}Function}}",
            "Payload": {"now.$": "$$.State.EnteredTime", "execution.$": "$$.Execution.Id", "run.$": "$"},
        },
        "OutputPath": "$.Payload",
        "TimeoutSeconds": 30,
        "Retry": copy.deepcopy(RETRY),
        "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "GiveUp"}],
        **more,
    }


def give_up() -> dict[str, Any]:
    return {
        "GiveUp": step(
            "GiveUp",
            OutputPath="$",
            ResultPath=None,
            Catch=[{"ErrorEquals": ["States.ALL"], "ResultPath": "$.second_error", "Next": "Failed"}],
            Next="GivenUp",
        ),
        "GivenUp": {"Type": "Fail", "Error": "GivenUp", "CausePath": "$.error.Cause"},
        "Failed": {"Type": "Fail", "ErrorPath": "$.error.Error", "CausePath": "$.error.Cause"},
    }


class Where(NamedTuple):
    zone: str


class Plan(NamedTuple):
    mode: str
    where: Where
    spare: Where | None = None


class Run(NamedTuple):
    target: str
    action: str
    reason: str
    done: bool
    plan: Plan


class Member(TypedDict):
    target: str
    cause: str


class Members(NamedTuple):
    targets: list[Member]


ANSWERS: dict[str, Shape] = {
    "${DecideFunction}": shape_of_type(Run),
    "${ActFunction}": shape_of_type(Run),
    "${BeginRunFunction}": shape_of_type(Run),
    "${FinishRunFunction}": shape_of_type(Run),
    "${GiveUpFunction}": shape_of_type(Run),
    "${ListMembersFunction}": shape_of_type(Members),
}


@pytest.fixture
def machine() -> dict[str, Any]:
    """Decides, acts until it is done, and gives up when it must."""
    return {
        "StartAt": "Decide",
        "TimeoutSeconds": 3600,
        "States": {
            "Decide": step("Decide", Next="Route"),
            "Route": {
                "Type": "Choice",
                "Choices": [
                    {"Variable": "$.action", "StringEquals": "act", "Next": "Act"},
                    {"Variable": "$.action", "StringEquals": "refuse", "Next": "Refuse"},
                ],
                "Default": "Quiet",
            },
            "Quiet": {"Type": "Succeed"},
            "Refuse": {
                "Type": "Pass",
                "Parameters": {"Error": "SafetyRefusal", "Cause.$": "$.reason"},
                "ResultPath": "$.error",
                "Next": "GiveUp",
            },
            "Act": step("Act", Next="Acted"),
            "Acted": {
                "Type": "Choice",
                "Choices": [{"Variable": "$.done", "BooleanEquals": True, "Next": "Quiet"}],
                "Default": "Pause",
            },
            "Pause": {"Type": "Wait", "Seconds": 20, "Next": "Act"},
            **give_up(),
        },
    }


@pytest.fixture
def locked(machine: dict[str, Any]) -> dict[str, Any]:
    """The same under a lock: begins, acts until it is done, and finishes."""
    states = machine["States"]
    states["Route"]["Choices"][0]["Next"] = "BeginRun"
    states["BeginRun"] = step("BeginRun", Next="Begun")
    states["Begun"] = {
        "Type": "Choice",
        "Choices": [{"Variable": "$.action", "StringEquals": "act", "Next": "Act"}],
        "Default": "Quiet",
    }
    states["Acted"]["Choices"][0]["Next"] = "FinishRun"
    states["FinishRun"] = step("FinishRun", Next="Done")
    states["Done"] = {"Type": "Succeed"}
    return machine


@pytest.fixture
def fleet() -> dict[str, Any]:
    """Lists members and starts a run for each; one that could not be started ends in giving up."""
    return {
        "StartAt": "ListMembers",
        "TimeoutSeconds": 3600,
        "States": {
            "ListMembers": step("ListMembers", ResultPath="$.due", OutputPath="$", Next="Each"),
            "Each": {
                "Type": "Map",
                "ItemsPath": "$.due.Payload.targets",
                "ItemProcessor": {
                    "StartAt": "Start",
                    "States": {
                        "Start": {
                            "Type": "Task",
                            "Resource": "arn:aws:states:::states:startExecution",
                            "Parameters": {"StateMachineArn": "${Night}", "Input.$": "$"},
                            "TimeoutSeconds": 30,
                            "ResultSelector": {"started.$": "$.ExecutionArn"},
                            "Retry": [{"ErrorEquals": ["States.ALL"], "MaxAttempts": 2}],
                            "Catch": [
                                {"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "Missed"}
                            ],
                            "End": True,
                        },
                        "Missed": {
                            "Type": "Pass",
                            "Parameters": {"missed": {"target.$": "$.target", "error.$": "$.error"}},
                            "End": True,
                        },
                    },
                },
                "ResultSelector": {"missed.$": "$[*].missed"},
                "ResultPath": "$.starts",
                "Next": "AllStarted",
            },
            "AllStarted": {
                "Type": "Choice",
                "Choices": [{"Variable": "$.starts.missed[0]", "IsPresent": True, "Next": "SomeMissed"}],
                "Default": "Done",
            },
            "Done": {"Type": "Succeed"},
            "SomeMissed": {
                "Type": "Pass",
                "Parameters": {
                    "Error": "StartsMissed",
                    "Cause.$": "States.Format('{}: {}', $.starts.missed[0].target, $.due.Payload.targets)",
                },
                "ResultPath": "$.error",
                "Next": "GiveUp",
            },
            **give_up(),
        },
    }
