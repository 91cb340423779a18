"""What the twin leaves out when the interpreter starts, and when an execution does."""

import subprocess
import sys
from types import SimpleNamespace
from typing import Any

import pytest
from moto.stepfunctions.exceptions import ExecutionAlreadyExists

from twin.patches import Patches
from twin.state_machines import moto_names as moto
from twin.state_machines import names


def printed(program: str) -> str:
    return subprocess.run(  # noqa: S603 - our own Python
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stdout.strip()


def test_the_interpreter_comes_without_ec2_and_batch_comes_whole_to_whoever_asks() -> None:
    program = (
        "import sys, twin.state_machines\n"
        "print('moto.ec2' in sys.modules, end=' ')\n"
        "import moto.batch\n"
        "print(moto.batch.models.batch_backends is not None, moto.batch.utils.JobStatus.SUCCEEDED.value)"
    )
    assert printed(program) == "False True SUCCEEDED"


@pytest.fixture
def machine() -> Any:
    patches = Patches()
    names.patch(patches)
    yield moto.StateMachine("arn", "m", "{}", "role", SimpleNamespace())
    patches.close()


def start(machine: Any, name: str, given: str, status: str = "RUNNING") -> Any:
    execution = SimpleNamespace(name=name, execution_input=given, status=status, execution_arn=f"arn:{name}")
    machine.executions.append(execution)
    return execution


def test_the_same_name_and_input_is_the_execution_that_still_runs(machine: Any) -> None:
    first, second = start(machine, "one", "{}"), start(machine, "two", "{}")
    assert machine._handle_name_input_idempotency("one", "{}") is first
    assert machine._handle_name_input_idempotency("two", "{}") is second
    assert machine._handle_name_input_idempotency("three", "{}") is None
    third = start(machine, "three", "{}")
    assert machine._handle_name_input_idempotency("three", "{}") is third


@pytest.mark.parametrize(("given", "status"), [('{"other": 1}', "RUNNING"), ("{}", "SUCCEEDED")])
def test_a_name_that_was_used_for_another_or_has_ended_is_refused(
    given: str, status: str, machine: Any
) -> None:
    start(machine, "one", "{}", status)
    with pytest.raises(ExecutionAlreadyExists):
        machine._handle_name_input_idempotency("one", given)
