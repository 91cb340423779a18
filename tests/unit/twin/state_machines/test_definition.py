"""What a state machine may not use is named before it runs."""

from __future__ import annotations

from typing import Any

import pytest

from twin.state_machines import unsupported_features


def machine(state: dict[str, Any], **others: dict[str, Any]) -> dict[str, Any]:
    return {"StartAt": "S", "States": {"S": state, **others}}


def task(resource: str) -> dict[str, Any]:
    return machine({"Type": "Task", "Resource": resource, "End": True})


def test_what_the_twin_can_run_has_no_finding() -> None:
    wanted = [
        "arn:aws:states:::lambda:invoke",
        "arn:aws:states:::aws-sdk:eks:updateNodegroupConfig",
        "arn:aws:states:::states:startExecution.sync:2",
        "arn:aws:lambda:eu-west-1:1:function:observe",
        "${ObserveFunction}",
    ]
    assert [finding for resource in wanted for finding in unsupported_features(task(resource))] == []


@pytest.mark.parametrize(
    ("definition", "finding"),
    [
        (task("arn:aws:states:::eks:call"), "S: the twin has no integration eks:call."),
        (task("arn:aws:states:::http:invoke"), "S: the twin has no integration http:invoke."),
        (task("arn:aws:states:::aws-sdk:rds:startDBInstance.sync"), "S: aws-sdk integrations have no .sync"),
        (
            machine({"Type": "Map", "ItemProcessor": {"ProcessorConfig": {"ExecutionType": "EXPRESS"}}}),
            "no EXPRESS map",
        ),
        (machine({"Type": "Pass", "Next": "Gone"}), "S: Next names 'Gone', which is no state here."),
        (machine({"Type": "Choice", "Choices": [{"Next": "Gone"}]}), "S: Next names 'Gone'"),
        (machine({"Type": "Task", "Catch": [{"Next": "Gone"}]}), "S: Next names 'Gone'"),
        (
            machine({"Type": "Parallel", "Branches": [machine({"Type": "Pass", "Next": "Gone"})]}),
            "S/0/S: Next names 'Gone'",
        ),
        ({"StartAt": "Gone", "States": {}}, "The machine: StartAt names 'Gone'"),
    ],
)
def test_what_it_cannot_run_is_named_with_its_state(definition: dict[str, Any], finding: str) -> None:
    assert any(finding in sentence for sentence in unsupported_features(definition))
