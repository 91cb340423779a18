"""The corpus of the Amazon States Language, played: what comes out is what AWS documents."""

from __future__ import annotations

import itertools
import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from tests.contracts.asl.rows import Row, rows
from twin.state_machines import unsupported_features

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conftest import Bench

ROWS = list(rows())
PLAYED = [row for row in ROWS if "refused" not in row.told]
REFUSED = [row for row in ROWS if "refused" in row.told]

WORK = """
import time
seen = {}
def handler(event, context):
    time.sleep(event.get("sleeps", 0))
    number = seen[event.get("key")] = seen.get(event.get("key"), -1) + 1
    fails = event.get("fails", [])
    if number < len(fails):
        raise type(fails[number], (Exception,), {})("because")
    if "answers_long" in event:
        return "x" * event["answers_long"]
    if "answers_wide" in event:
        return "会" * event["answers_wide"]
    return event.get("answers", event)
"""
CHILD = {
    "Wait": {"Type": "Wait", "Seconds": 30, "Next": "Ask"},
    "Ask": {
        "Type": "Choice",
        "Choices": [{"Variable": "$.fail", "IsPresent": True, "Next": "Broken"}],
        "Default": "End",
    },
    "Broken": {"Type": "Fail", "Error": "Broken"},
    "End": {"Type": "Pass", "Parameters": {"n.$": "$.n"}, "End": True},
}


class Stage:
    """One bench for all rows, with what their machines call."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        s3 = bench.client("s3")
        s3.create_bucket(Bucket="items", CreateBucketConfiguration={"LocationConstraint": "ap-northeast-1"})
        files = {"items.json": "[1, 2, 3]", "items.csv": "a,b\n1,x\n2,y\n", "plain.csv": "1,x\n"}
        for name, text in files.items():
            s3.put_object(Bucket="items", Key=name, Body=text.encode())
        self.places = {
            "work": bench.function("work", WORK),
            "queue": bench.client("sqs").create_queue(QueueName="letters")["QueueUrl"],
            "bucket": "items",
            "child": bench.create(CHILD),
        }
        # The first call of a function is a cold one.
        bench.run({"S": {"Type": "Task", "Resource": self.places["work"], "End": True}}, {})

    def create(self, definition: dict[str, Any]) -> str:
        given = dict(definition)
        given.pop("StartAt")
        return self.bench.create(given.pop("States"), **given)


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    from tests.contracts.asl.conftest import open_bench  # noqa: PLC0415 - pytest has imported it by its path

    benches = open_bench(tmp_path_factory.mktemp("corpus"))
    yield Stage(next(benches))
    benches.close()


def places_of(row: Row, stage: Stage) -> dict[str, str]:
    return {**stage.places, "machine": f"machine-{stage.bench.made + 1}", "row": str(row)}


def given_to(row: Row) -> Any:
    if "does" in row.told or "work" in row.told:
        return {"key": str(row), **row.told.get("does", {})}
    return row.told["input"]


@pytest.mark.parametrize("row", PLAYED, ids=str)
def test_a_machine_goes_as_aws_documents(row: Row, stage: Stage) -> None:
    places = places_of(row, stage)
    definition = row.definition(**places)
    assert unsupported_features(definition) == []
    machine = stage.create(definition)
    if "start_refused" in row.told:
        with pytest.raises(ClientError, match=row.told["start_refused"]):
            stage.bench.start(machine, given_to(row))
        return
    arn = stage.bench.start(machine, given_to(row))
    stage.bench.after(3600)
    run = stage.bench.result(arn)
    check_end(row.told, run, places)
    check_way(row.told, run)


def check_end(told: Any, run: Any, places: dict[str, str]) -> None:
    fails = "error" in told
    assert run.status == told.get("status", "FAILED" if fails else "SUCCEEDED"), (run.error, run.cause)
    assert not fails or run.error == told["error"], run.cause
    assert told.get("cause", "") in (run.cause or "")
    if "matches" in told:
        assert run.steps[-1] == ("Matched" if told["matches"] else "Other")
    if "output" in told:
        text = json.dumps(told["output"])
        for name, value in places.items():
            text = text.replace(f"${{{name}}}", value)
        assert same(run.output, json.loads(text)), run.output
    for key, value in told.get("output_has", {}).items():
        assert run.output[key] == value


def same(one: Any, other: Any) -> bool:
    """Whether two values are the same JSON: Python's True equals 1."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


CALL_S = 0.3
"""What a warm call of a function takes in the twin."""


def check_way(told: Any, run: Any) -> None:
    if "steps" in told:
        assert run.steps == told["steps"]
    if "seconds" in told:
        assert run.seconds == pytest.approx(told["seconds"], abs=1)
    assert set(told.get("events", ())) <= set(run.kinds())
    if "gaps" in told or "gaps_at_most" in told:
        times = [event.at for event in run.events if event.kind.endswith("Scheduled")]
        gaps = [(later - earlier).total_seconds() - CALL_S for earlier, later in itertools.pairwise(times)]
        if "gaps" in told:
            assert gaps == pytest.approx(told["gaps"], abs=0.01)
        else:
            assert len(gaps) == len(told["gaps_at_most"])
            assert all(gap <= most for gap, most in zip(gaps, told["gaps_at_most"], strict=True))


@pytest.mark.parametrize("row", REFUSED, ids=str)
def test_a_definition_is_refused_before_it_is_made(row: Row, stage: Stage) -> None:
    definition = row.definition(**stage.places)
    findings = unsupported_features(definition)
    assert any(row.told["refused"] in finding for finding in findings), findings
    with pytest.raises(ClientError, match="InvalidDefinition"):
        stage.create(definition)


def test_every_row_has_a_case_of_its_own_and_a_source() -> None:
    assert len({str(row) for row in ROWS}) == len(ROWS)
    assert all(row.told["source"] for row in ROWS)
