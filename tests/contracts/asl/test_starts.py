"""StartExecution: names, repeats, versions by weight, and what an EXPRESS machine may not do."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from conftest import Bench

NAP = {"Nap": {"Type": "Wait", "Seconds": 600, "End": True}}


@pytest.mark.parametrize("name", ["", "x" * 81, "two words", "a/b", "a*", "a#b", "a\nb", "{a}"])
def test_a_name_that_is_none_is_refused(bench: Bench, name: str) -> None:
    with pytest.raises(Exception, match=r"InvalidName|Invalid length|validation"):
        bench.start(bench.create(NAP), name=name)


def test_the_same_name_and_input_is_the_same_execution_while_it_runs(bench: Bench) -> None:
    machine = bench.create(NAP)
    first = bench.start(machine, {"x": 1}, name="one")
    assert bench.start(machine, {"x": 1}, name="one") == first
    with pytest.raises(ClientError, match="ExecutionAlreadyExists"):
        bench.start(machine, {"x": 2}, name="one")
    bench.after(601)
    with pytest.raises(ClientError, match="ExecutionAlreadyExists"):
        bench.start(machine, {"x": 1}, name="one")


def test_an_input_that_is_no_json_is_refused(bench: Bench) -> None:
    with pytest.raises(ClientError, match="InvalidExecutionInput"):
        bench.client("stepfunctions").start_execution(stateMachineArn=bench.create(NAP), input="{")


def test_an_alias_divides_its_executions_by_weight(bench: Bench) -> None:
    states = bench.client("stepfunctions")
    machine = bench.create({"Say": {"Type": "Pass", "Result": 1, "End": True}})
    definition = states.describe_state_machine(stateMachineArn=machine)["definition"]
    first = published(bench, machine, definition)
    second_definition = {"StartAt": "Say", "States": {"Say": {"Type": "Pass", "Result": 2, "End": True}}}
    second = published(bench, machine, json.dumps(second_definition))
    alias = states.create_state_machine_alias(
        name="live",
        routingConfiguration=[
            {"stateMachineVersionArn": first, "weight": 80},
            {"stateMachineVersionArn": second, "weight": 20},
        ],
    )["stateMachineAliasArn"]
    runs = [bench.start(alias) for _ in range(50)]
    bench.after(1)
    outputs = [bench.result(arn).output for arn in runs]
    assert {1, 2} == set(outputs)
    assert outputs.count(1) > outputs.count(2)


def published(bench: Bench, machine: str, definition: str) -> str:
    arn: str = bench.client("stepfunctions").update_state_machine(
        stateMachineArn=machine, definition=definition, publish=True
    )["stateMachineVersionArn"]
    return arn


def express(bench: Bench, states: dict[str, Any]) -> str:
    definition = {"StartAt": next(iter(states)), "States": states}
    arn: str = bench.client("stepfunctions").create_state_machine(
        name="express",
        definition=json.dumps(definition),
        roleArn="arn:aws:iam::123456789012:role/machine",
        type="EXPRESS",
    )["stateMachineArn"]
    return arn


def test_an_express_machine_ends_after_five_minutes(bench: Bench) -> None:
    arn = bench.start(express(bench, NAP))
    bench.after(700)
    run = bench.result(arn)
    assert (run.status, run.seconds) == ("TIMED_OUT", 300)


@pytest.mark.parametrize("pattern", [".sync:2", ".waitForTaskToken"])
def test_an_express_machine_waits_for_nothing(bench: Bench, pattern: str) -> None:
    task = {
        "Type": "Task",
        "Resource": f"arn:aws:states:::states:startExecution{pattern}",
        "Parameters": {"StateMachineArn": "m", "Input": {"t.$": "$$.Task.Token"}},
        "End": True,
    }
    with pytest.raises(ClientError, match=f"an EXPRESS machine has no {pattern}"):
        express(bench, {"Ask": task})
