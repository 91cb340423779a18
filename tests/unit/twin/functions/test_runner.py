"""Handlers in the twin: what Lambda does with them, and that they share nothing."""

from __future__ import annotations

import datetime as dt
import json
import os
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from twin.api_calls import ApiCalls
from twin.api_faults import Fault, FaultKind
from twin.clock import Clock
from twin.errors import TwinFault
from twin.functions import FunctionRunner, Invocation
from twin.functions.spec import FunctionSpec

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from twin.functions.output import LogLine, Metric

START = dt.datetime(2026, 6, 5, 10, 0, tzinfo=dt.UTC)


@dataclass
class Bench:
    clock: Clock
    calls: ApiCalls
    folder: Path
    roots: dict[str, Path] = field(default_factory=dict)
    logs: list[LogLine] = field(default_factory=list)
    metrics: list[Metric] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.runner = FunctionRunner(
            self.clock, self.calls, self.roots, on_log=self.logs.append, on_metric=self.metrics.append
        )

    def spec(self, name: str, code: str, timeout_s: float = 30, **environment: str) -> FunctionSpec:
        root = self.folder / name
        root.mkdir()
        (root / "package").mkdir()
        (root / "package" / "__init__.py").write_text("")
        (root / "package" / "main.py").write_text(code)
        self.roots[name] = root
        return FunctionSpec(
            name,
            f"arn:{name}",
            "package.main.handler",
            f"role/{name}",
            "ap-northeast-1",
            timeout_s,
            256,
            environment,
        )

    def run(self, code: str, event: Any = None, timeout_s: float = 30) -> Invocation:
        return self.runner.run(self.spec("work", code, timeout_s), event)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    clock = Clock(START)
    calls = ApiCalls(clock)
    calls.install()
    yield Bench(clock, calls, tmp_path)
    calls.close()
    clock.close()


def test_a_handler_answers_and_its_run_takes_virtual_time(bench: Bench) -> None:
    spec = bench.spec("work", "def handler(event, context): return {'got': event}\n")
    cold, warm = bench.runner.run(spec, {"x": 1}), bench.runner.run(spec, {"x": 2})
    assert json.loads(cold.payload) == {"got": {"x": 1}}
    assert (cold.cold, cold.duration_s, cold.error) == (True, 1.3, None)
    assert (warm.cold, warm.duration_s) == (False, 0.3)
    bench.runner.recycle()
    assert bench.runner.run(spec, {}).cold


COUNTING = """
import os
COUNT = 0
def handler(event, context):
    global COUNT
    COUNT += 1
    os.environ["LEFT"] = "behind"
    return [COUNT, os.environ["WHO"], os.environ["AWS_ACCESS_KEY_ID"], "TWIN_OUTSIDE" in os.environ]
"""


def test_functions_share_neither_modules_nor_environment(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TWIN_OUTSIDE", "1")
    one, two = bench.spec("one", COUNTING, WHO="a"), bench.spec("two", COUNTING, WHO="b")
    answers = [json.loads(bench.runner.run(spec, {}).payload) for spec in (one, two, one)]
    assert answers == [[1, "a", "ROLE.one", False], [1, "b", "ROLE.two", False], [2, "a", "ROLE.one", False]]
    assert "LEFT" not in os.environ
    assert os.environ["TWIN_OUTSIDE"] == "1"
    assert not [name for name in sys.modules if name.split(".")[0] == "package"]


def test_a_sleeping_handler_keeps_its_environment_to_itself(bench: Bench) -> None:
    code = "import os, time\ndef handler(e, c):\n    time.sleep(e)\n    return os.environ['WHO']\n"
    specs = [bench.spec("one", code, WHO="a"), bench.spec("two", code, WHO="b")]
    got: list[str] = []
    for spec, nap in zip(specs, (9, 5), strict=True):
        bench.clock.spawn(
            lambda spec=spec, nap=nap: got.append(bench.runner.run(spec, nap).payload),  # type: ignore[misc]
            name=spec.name,
        )
    bench.clock.call_later(7, lambda: got.append(str("WHO" in os.environ)))
    bench.clock.run_until(START + dt.timedelta(minutes=1))
    assert got == ['"b"', "False", '"a"']


def test_an_exception_becomes_lambdas_error_object(bench: Bench) -> None:
    run = bench.run(
        "class TemporaryError(Exception): pass\ndef handler(e, c): raise TemporaryError('later')\n"
    )
    body = json.loads(run.payload)
    assert run.error == "Unhandled"
    assert (body["errorType"], body["errorMessage"], len(body["stackTrace"])) == (
        "TemporaryError",
        "later",
        1,
    )


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("import no_such_library\n", "Runtime.ImportModuleError"),
        ("def handler(e, c): return object()\n", "Runtime.MarshalError"),
        ("def handler(e, c): return float('nan')\n", "Runtime.MarshalError"),
        ("import sys\ndef handler(e, c): sys.exit(1)\n", "Runtime.ExitError"),
    ],
)
def test_lambdas_own_errors_have_their_names(bench: Bench, code: str, kind: str) -> None:
    assert json.loads(bench.run(code).payload)["errorType"] == kind


def test_a_handler_that_takes_too_long_is_ended_with_its_container(bench: Bench) -> None:
    code = "import time\ndef handler(e, c):\n    time.sleep(e)\n    return c.get_remaining_time_in_millis()\n"
    spec = bench.spec("work", code, timeout_s=10)
    late = bench.runner.run(spec, 60)
    assert json.loads(late.payload)["errorType"] == "Sandbox.Timedout"
    assert late.duration_s == 11
    kept = bench.runner.run(spec, 4)
    assert (kept.cold, json.loads(kept.payload)) == (True, 6000)


def test_prints_become_log_lines_and_embedded_metrics(bench: Bench) -> None:
    metric = {
        "_aws": {
            "Timestamp": 0,
            "CloudWatchMetrics": [
                {
                    "Namespace": "Toban",
                    "Dimensions": [["service"]],
                    "Metrics": [{"Name": "Slept", "Unit": "Count"}],
                }
            ],
        },
        "service": "night",
        "Slept": [1.0],
    }
    code = f"import json\ndef handler(e, c):\n    print('plain')\n    print(json.dumps({metric!r}))\n"
    assert "plain" in bench.run(code).logs
    assert [(line.text, line.function) for line in bench.logs if line.entry is None] == [("plain", "work")]
    (datum,) = bench.metrics
    assert (datum.namespace, datum.name, datum.unit, datum.values, datum.dimensions) == (
        *("Toban", "Slept", "Count", (1.0,)),
        (("service", "night"),),
    )


CRASHING = """
import boto3
def handler(event, context):
    eks = boto3.client("eks")
    try:
        eks.delete_nodegroup(clusterName="p", nodegroupName="first")
        eks.delete_nodegroup(clusterName="p", nodegroupName="second")
    except Exception:
        return "survived"
    finally:
        eks.delete_nodegroup(clusterName="p", nodegroupName="finally")
"""


def test_a_crashed_process_does_nothing_more_and_starts_cold(bench: Bench) -> None:
    effects: list[str] = []

    def delete(params: dict[str, Any], _context: Any) -> dict[str, Any]:
        effects.append(params["nodegroupName"])
        return {"nodegroup": {}}

    bench.calls.overlay("eks", "DeleteNodegroup", delete)
    bench.calls.inject(Fault(FaultKind.CRASH_AFTER, function="work"))
    spec = bench.spec("work", CRASHING)
    assert json.loads(bench.runner.run(spec, {}).payload)["errorType"] == "Runtime.ExitError"
    assert effects == ["first"]
    assert bench.runner.run(spec, {}).cold
    assert effects == ["first", "first", "second", "finally"]


def test_a_function_without_code_is_a_fault_of_the_twin(bench: Bench) -> None:
    spec = FunctionSpec("lost", "arn", "a.b", "r", "ap-northeast-1", 3, 128, {})
    with pytest.raises(TwinFault, match="no code for the function lost"):
        bench.runner.run(spec, {})
