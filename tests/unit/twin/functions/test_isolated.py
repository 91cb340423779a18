"""The in-process runner answers as AWS's own runtime client does: names, traces, context and calls."""

from __future__ import annotations

import datetime as dt
import json
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from twin.api_calls import ApiCalls
from twin.api_faults import Fault, FaultKind
from twin.clock import Clock
from twin.functions import FunctionRunner, Invocation
from twin.functions.isolated import IsolatedRunner
from twin.functions.spec import FunctionSpec

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from twin.functions.output import Metric

START = dt.datetime(2026, 6, 5, 10, 0, tzinfo=dt.UTC)


@dataclass
class Bench:
    """Runs a function on both runners."""

    clock: Clock
    calls: ApiCalls
    folder: Path
    roots: dict[str, Path] = field(default_factory=dict)
    metrics: list[Metric] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.inside = FunctionRunner(self.clock, self.calls, self.roots)
        self.isolated = IsolatedRunner(self.clock, self.calls, self.roots, on_metric=self.metrics.append)

    def spec(self, code: str, timeout_s: float = 30) -> FunctionSpec:
        root = self.folder / "code"
        (root / "package").mkdir(parents=True, exist_ok=True)
        (root / "package" / "__init__.py").write_text("")
        (root / "package" / "main.py").write_text(code)
        self.roots["work"] = root
        arn = "arn:aws:lambda:ap-northeast-1:123456789012:function:work"
        return FunctionSpec(
            "work", arn, "package.main.handler", "role/work", "ap-northeast-1", timeout_s, 256, {"WHO": "me"}
        )

    def both(self, code: str, event: Any = None) -> tuple[Invocation, Invocation]:
        spec = self.spec(code)
        return self.inside.run(spec, event), self.isolated.run(spec, event)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with closing(Clock(START)) as clock, closing(ApiCalls(clock)) as calls:
        calls.install()
        found = Bench(clock, calls, tmp_path)
        with closing(found.isolated):
            yield found


CONTEXT = """
import os, time
from datetime import datetime, UTC
def handler(event, context):
    return {
        "event": event,
        "context": [
            context.function_name, context.function_version, context.invoked_function_arn,
            context.memory_limit_in_mb, context.log_group_name, context.get_remaining_time_in_millis(),
            len(context.aws_request_id), context.client_context, context.tenant_id,
            context.identity.cognito_identity_id, context.identity.cognito_identity_pool_id,
        ],
        "variables": [os.environ[name] for name in ("WHO", "AWS_REGION", "AWS_ACCESS_KEY_ID", "_HANDLER")],
        "day": datetime.now(UTC).date().isoformat(),
    }
"""


def test_the_context_the_variables_and_the_day_agree(bench: Bench) -> None:
    inside, isolated = bench.both(CONTEXT, {"x": [1, "ä"]})
    assert json.loads(isolated.payload) == json.loads(inside.payload)
    assert json.loads(isolated.payload)["day"] == "2026-06-05"
    assert (isolated.error, isolated.cold, isolated.duration_s) == (None, True, 1.3)


def test_a_warm_process_keeps_its_modules_and_follows_the_twins_time(bench: Bench) -> None:
    code = "import time\nSEEN = []\ndef handler(e, c):\n    SEEN.append(time.time())\n    return SEEN\n"
    spec = bench.spec(code)
    bench.isolated.run(spec, None)
    bench.clock.run_until(START + dt.timedelta(hours=8))
    warm = bench.isolated.run(spec, None)
    first, second = json.loads(warm.payload)
    assert (warm.cold, second) == (False, (START + dt.timedelta(hours=8)).timestamp())
    assert first == (START + dt.timedelta(seconds=1)).timestamp()
    bench.isolated.recycle()
    assert bench.isolated.run(spec, None).cold


DEEP = """
class TemporaryError(Exception): pass
def deep(x):
    raise TemporaryError("later, ä")
def handler(e, c):
    try:
        {}["nothing"]
    except KeyError as error:
        return 1 + deep(error)
"""


def test_an_errors_name_message_and_trace_agree_to_the_letter(bench: Bench) -> None:
    inside, isolated = (json.loads(invocation.payload) for invocation in bench.both(DEEP))
    ids = {inside.pop("requestId"), isolated.pop("requestId")}
    assert isolated == inside
    assert len(ids) == 2
    assert isolated["stackTrace"][0].startswith('  File "/var/task/package/main.py", line 9, in handler\n')


@pytest.mark.parametrize(
    "code",
    [
        "import no_such_library\n",
        "raise ValueError('at import')\n",
        "other = 1\n",
        "def handler(e, c):\n    return object()\n",
        "import sys\ndef handler(e, c):\n    sys.exit(3)\n",
    ],
    ids=["no such library", "error at import", "no such handler", "no JSON", "exit"],
)
def test_lambdas_own_errors_agree_in_name_and_message(code: str, bench: Bench) -> None:
    answers = bench.both(code)
    inside, isolated = (json.loads(invocation.payload) for invocation in answers)
    assert [invocation.error for invocation in answers] == ["Unhandled", "Unhandled"]
    assert isolated["errorType"] == inside["errorType"]
    without_id = [
        body["errorMessage"].replace(invocation.request_id, "ID")
        for body, invocation in zip((inside, isolated), answers, strict=True)
    ]
    assert without_id[0] == without_id[1]


CALLING = """
import boto3
def handler(event, context):
    return boto3.client("eks").describe_cluster(name=event)["cluster"]["name"]
"""


def test_a_call_of_the_process_is_the_functions_own(bench: Bench) -> None:
    seen: list[tuple[str | None, str | None]] = []

    def answer(params: dict[str, Any], context: Any) -> dict[str, Any]:
        seen.append((context.function, context.role))
        return {"cluster": {"name": params["name"].upper()}}

    bench.calls.overlay("eks", "DescribeCluster", answer)
    inside, isolated = bench.both(CALLING, "dev")
    assert inside.payload == isolated.payload == '"DEV"'
    assert seen == [("work", "work")] * 2


def test_a_process_that_crashes_in_a_call_is_gone_and_starts_cold(bench: Bench) -> None:
    bench.calls.overlay("eks", "DescribeCluster", lambda _params, _context: {"cluster": {"name": "x"}})
    bench.calls.inject(Fault(FaultKind.CRASH_AFTER, function="work"))
    spec = bench.spec(CALLING)
    assert json.loads(bench.isolated.run(spec, "dev").payload)["errorType"] == "Runtime.ExitError"
    again = bench.isolated.run(spec, "dev")
    assert (again.cold, again.payload) == (True, '"x"')


def test_a_handler_that_takes_too_long_is_ended_with_its_process(bench: Bench) -> None:
    spec = bench.spec("def handler(e, c):\n    while e:\n        pass\n", timeout_s=3)
    assert json.loads(bench.isolated.run(spec, 1).payload)["errorType"] == "Sandbox.Timedout"
    assert bench.isolated.run(spec, 0).cold


def test_prints_become_log_lines_and_embedded_metrics(bench: Bench) -> None:
    directive = {"Namespace": "Toban", "Dimensions": [[]], "Metrics": [{"Name": "Slept", "Unit": "Count"}]}
    metric = {"_aws": {"Timestamp": 0, "CloudWatchMetrics": [directive]}, "Slept": [1.0]}
    code = f"import json\ndef handler(e, c):\n    print('plain', e)\n    print(json.dumps({metric!r}))\n"
    spec = bench.spec(code)
    assert "plain 1" in bench.isolated.run(spec, 1).logs
    logs = bench.isolated.run(spec, 2).logs
    assert "plain 2" in logs
    assert "plain 1" not in logs
    assert [(metric.name, metric.values) for metric in bench.metrics] == [("Slept", (1.0,))] * 2
