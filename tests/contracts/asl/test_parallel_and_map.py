"""Parallel and Map: side by side in virtual time, and gone together when one fails."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from conftest import Bench


def nap(seconds: int) -> dict[str, Any]:
    name = f"Nap {seconds}"
    return {"StartAt": name, "States": {name: {"Type": "Wait", "Seconds": seconds, "End": True}}}


def test_branches_take_as_long_as_the_longest_and_answer_in_order(bench: Bench) -> None:
    branches = [
        nap(3600),
        nap(7200),
        {"StartAt": "P", "States": {"P": {"Type": "Pass", "Result": 1, "End": True}}},
    ]
    run = bench.run({"All": {"Type": "Parallel", "Branches": branches, "End": True}}, {"x": 1})
    assert (run.status, run.seconds, run.output) == ("SUCCEEDED", 7200, [{"x": 1}, {"x": 1}, 1])


def test_a_failing_branch_ends_the_others_before_they_act(bench: Bench) -> None:
    arn = bench.function("work", "def handler(e, c):\n    print('acted')\n")
    late = {
        "StartAt": "Nap",
        "States": {
            "Nap": {"Type": "Wait", "Seconds": 600, "Next": "Act"},
            "Act": {"Type": "Task", "Resource": arn, "End": True},
        },
    }
    failing = {
        "StartAt": "Short nap",
        "States": {
            "Short nap": {"Type": "Wait", "Seconds": 60, "Next": "Stop"},
            "Stop": {"Type": "Fail", "Error": "Broken"},
        },
    }
    run = bench.run(
        {
            "All": {
                "Type": "Parallel",
                "Branches": [late, failing],
                "Catch": [{"ErrorEquals": ["Broken"], "Next": "Undo"}],
                "End": True,
            },
            "Undo": {"Type": "Succeed"},
        }
    )
    assert (run.status, run.seconds, run.steps[-1]) == ("SUCCEEDED", 60, "Undo")
    assert "Act" not in run.steps


def processor(states: dict[str, Any], mode: str = "INLINE") -> dict[str, Any]:
    config = {"Mode": mode} | ({"ExecutionType": "STANDARD"} if mode == "DISTRIBUTED" else {})
    return {"ProcessorConfig": config, "StartAt": next(iter(states)), "States": states}


def test_a_map_runs_at_most_its_concurrency_at_once(bench: Bench) -> None:
    state = {
        "Type": "Map",
        "ItemsPath": "$.items",
        "MaxConcurrency": 2,
        "ItemSelector": {"value.$": "$$.Map.Item.Value", "index.$": "$$.Map.Item.Index"},
        "ItemProcessor": processor({"Nap": {"Type": "Wait", "Seconds": 60, "End": True}}),
        "End": True,
    }
    run = bench.run({"Each": state}, {"items": ["a", "b", "c"]})
    assert (run.status, run.seconds) == ("SUCCEEDED", 120)
    assert run.output == [{"value": v, "index": i} for i, v in enumerate("abc")]


def test_a_failing_item_ends_the_map_and_the_other_items(bench: Bench) -> None:
    states = {
        "Ask": {
            "Type": "Choice",
            "Choices": [{"Variable": "$", "NumericEquals": 1, "Next": "Stop"}],
            "Default": "Nap",
        },
        "Stop": {"Type": "Fail", "Error": "Broken"},
        "Nap": {"Type": "Wait", "Seconds": 600, "Next": "Late"},
        "Late": {"Type": "Pass", "End": True},
    }
    run = bench.run({"Each": {"Type": "Map", "ItemProcessor": processor(states), "End": True}}, [0, 1, 2])
    assert (run.status, run.error, run.seconds) == ("FAILED", "Broken", 0)
    assert "Late" not in run.steps


def test_an_empty_map_answers_at_once(bench: Bench) -> None:
    states = {"P": {"Type": "Pass", "End": True}}
    run = bench.run({"Each": {"Type": "Map", "ItemProcessor": processor(states), "End": True}}, [])
    assert (run.status, run.output) == ("SUCCEEDED", [])


def test_a_distributed_map_reads_its_items_from_s3(bench: Bench) -> None:
    s3 = bench.client("s3")
    s3.create_bucket(Bucket="items", CreateBucketConfiguration={"LocationConstraint": "ap-northeast-1"})
    s3.put_object(Bucket="items", Key="items.json", Body=json.dumps([1, 2, 3]).encode())
    state = {
        "Type": "Map",
        "ItemReader": {
            "Resource": "arn:aws:states:::s3:getObject",
            "ReaderConfig": {"InputType": "JSON"},
            "Parameters": {"Bucket": "items", "Key": "items.json"},
        },
        "ItemProcessor": processor({"Nap": {"Type": "Wait", "Seconds": 60, "End": True}}, "DISTRIBUTED"),
        "End": True,
    }
    run = bench.run({"Each": state})
    assert (run.status, run.output, run.seconds) == ("SUCCEEDED", [1, 2, 3], 60)
    assert {"MapRunStarted", "MapRunSucceeded"} <= set(run.kinds())
