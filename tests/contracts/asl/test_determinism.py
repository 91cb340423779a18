"""The same seed gives the same histories, byte for byte; another gives others."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from pathlib import Path

    from conftest import Bench

    Open = Callable[[Path, int], AbstractContextManager[Bench]]

CODE = """
import random, uuid
class TemporaryError(Exception): pass
def handler(event, context):
    if random.random() < 0.5:
        raise TemporaryError(str(uuid.uuid4()))
    return {"id": str(uuid.uuid4()), "request": context.aws_request_id}
"""


def histories(bench: Bench) -> str:
    bench.function("work", CODE)
    work = {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Parameters": {"FunctionName": "work", "Payload.$": "$"},
        "Retry": [
            {
                "ErrorEquals": ["TemporaryError"],
                "IntervalSeconds": 60,
                "MaxAttempts": 9,
                "JitterStrategy": "FULL",
            }
        ],
        "End": True,
    }
    states: dict[str, Any] = {
        "Each": {
            "Type": "Map",
            "ItemProcessor": {"StartAt": "Work", "States": {"Work": work}},
            "Next": "Random",
        },
        "Random": {"Type": "Pass", "Parameters": {"n.$": "States.MathRandom(1, 1000)"}, "End": True},
    }
    machine = bench.create(states)
    arns = [bench.start(machine, [1, 2, 3]) for _ in range(3)]
    bench.after(86_400)
    client = bench.client("stepfunctions")
    told = [client.get_execution_history(executionArn=arn)["events"] for arn in arns]
    return json.dumps(told, default=str)


def test_two_runs_of_a_seed_are_the_same_and_another_seed_differs(tmp_path: Path, open_seeded: Open) -> None:
    told: list[str] = []
    for number, seed in enumerate((7, 7, 8)):
        with open_seeded(tmp_path / str(number), seed) as bench:
            told.append(histories(bench))
    assert told[0] == told[1]
    assert told[0] != told[2]
