"""Catch: by name, in order, and with what the next state is given."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from conftest import Bench

CODE = """
class TemporaryError(Exception): pass
class SafetyRefusal(Exception): pass
def handler(event, context):
    raise {"t": TemporaryError, "s": SafetyRefusal}[event["kind"]]("because")
"""


def caught(bench: Bench, catch: list[dict[str, Any]], kind: str = "t") -> Any:
    work = {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Parameters": {"FunctionName": bench.function("work", CODE), "Payload.$": "$"},
        "Catch": catch,
        "End": True,
    }
    ends = {catcher["Next"]: {"Type": "Succeed"} for catcher in catch}
    return bench.run({"Work": work, **ends}, {"kind": kind})


def test_the_first_catcher_that_names_the_error_takes_it(bench: Bench) -> None:
    catch = [
        {"ErrorEquals": ["SafetyRefusal"], "Next": "One"},
        {"ErrorEquals": ["States.ALL"], "Next": "Two"},
    ]
    assert caught(bench, catch, "s").steps[-1] == "One"


def test_a_handlers_exception_is_caught_by_its_class_and_kept_beside_the_input(bench: Bench) -> None:
    run = caught(bench, [{"ErrorEquals": ["TemporaryError"], "ResultPath": "$.failure", "Next": "One"}])
    assert run.output["kind"] == "t"
    assert run.output["failure"]["Error"] == "TemporaryError"
    assert '"errorMessage":"because"' in run.output["failure"]["Cause"]


@pytest.mark.parametrize("name", ["States.ALL", "States.TaskFailed"])
def test_the_broad_names_catch_a_handlers_exception(bench: Bench, name: str) -> None:
    assert caught(bench, [{"ErrorEquals": [name], "Next": "Two"}]).steps[-1] == "Two"


def test_task_failed_does_not_catch_a_timeout(bench: Bench) -> None:
    arn = bench.function("work", "import time\ndef handler(e, c): time.sleep(600)\n", 900)
    catch = [
        {"ErrorEquals": ["States.TaskFailed"], "Next": "Wrong"},
        {"ErrorEquals": ["States.Timeout"], "Next": "Right"},
    ]
    run = bench.run(
        {
            "Work": {"Type": "Task", "Resource": arn, "TimeoutSeconds": 5, "Catch": catch, "End": True},
            "Wrong": {"Type": "Succeed"},
            "Right": {"Type": "Succeed"},
        }
    )
    assert run.steps == ["Work", "Right"]


def test_an_error_nobody_catches_fails_the_machine_with_its_name(bench: Bench) -> None:
    run = caught(bench, [{"ErrorEquals": ["SafetyRefusal"], "Next": "One"}])
    assert (run.status, run.error) == ("FAILED", "TemporaryError")


def test_retry_comes_before_catch(bench: Bench) -> None:
    arn = bench.function(
        "work", "class TemporaryError(Exception): pass\ndef handler(e, c): raise TemporaryError\n"
    )
    run = bench.run(
        {
            "Work": {
                "Type": "Task",
                "Resource": arn,
                "Retry": [{"ErrorEquals": ["TemporaryError"], "IntervalSeconds": 1, "MaxAttempts": 2}],
                "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Done"}],
                "End": True,
            },
            "Done": {"Type": "Succeed"},
        }
    )
    assert run.kinds().count("LambdaFunctionScheduled") == 3
    assert run.status == "SUCCEEDED"


def test_too_large_an_answer_is_a_data_limit_error(bench: Bench) -> None:
    arn = bench.function("work", "def handler(e, c): return 'x' * 300_000\n")
    catch = [{"ErrorEquals": ["States.DataLimitExceeded"], "ResultPath": None, "Next": "Done"}]
    run = bench.run(
        {
            "Work": {"Type": "Task", "Resource": arn, "Catch": catch, "End": True},
            "Done": {"Type": "Succeed"},
        }
    )
    assert run.steps == ["Work", "Done"]
