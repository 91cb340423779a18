"""Wait, Retry, timeouts and stopping: all of it in virtual time, to the second."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from conftest import Bench

FAILS = "class TemporaryError(Exception): pass\ndef handler(e, c): raise TemporaryError('not yet')\n"


@pytest.mark.parametrize(
    ("wait", "seconds"),
    [
        ({"Seconds": 28_800}, 28_800),
        ({"SecondsPath": "$.n"}, 90),
        ({"Timestamp": "2026-06-05T22:00:00Z"}, 43_200),
        ({"TimestampPath": "$.at"}, 3_600),
        ({"Timestamp": "2020-01-01T00:00:00Z"}, 0),
        ({"Timestamp": "2026-06-05T10:00:01.500Z"}, 1.5),
    ],
)
def test_a_wait_takes_its_time(bench: Bench, wait: dict[str, Any], seconds: float) -> None:
    run = bench.run({"Wait": {"Type": "Wait", **wait, "End": True}}, {"n": 90, "at": "2026-06-05T11:00:00Z"})
    assert (run.status, run.seconds) == ("SUCCEEDED", seconds)


def task(bench: Bench, code: str, timeout: int = 30, **more: Any) -> dict[str, Any]:
    arn = bench.function("work", code, timeout)
    return {"Work": {"Type": "Task", "Resource": arn, "End": True, **more}}


def starts(run: Any) -> list[float]:
    """When each attempt was scheduled, in seconds since the first."""
    times = [event.at for event in run.events if event.kind.endswith("Scheduled")]
    return [(at - times[0]).total_seconds() for at in times]


def test_retries_back_off_up_to_the_longest_delay(bench: Bench) -> None:
    retry = {
        "ErrorEquals": ["TemporaryError"],
        "IntervalSeconds": 60,
        "BackoffRate": 2.0,
        "MaxAttempts": 4,
        "MaxDelaySeconds": 200,
    }
    run = bench.run(task(bench, FAILS, Retry=[retry]))
    # 0.3 s an attempt, 1 s more for the cold start
    assert starts(run) == pytest.approx([0, 61.3, 181.6, 381.9, 582.2])
    assert (run.status, run.error) == ("FAILED", "TemporaryError")


def test_full_jitter_stays_below_the_delay_and_repeats_with_the_seed(bench: Bench) -> None:
    retry = {
        "ErrorEquals": ["States.ALL"],
        "IntervalSeconds": 600,
        "MaxAttempts": 3,
        "JitterStrategy": "FULL",
    }
    first = starts(bench.run(task(bench, FAILS, Retry=[retry])))
    gaps = [later - earlier for earlier, later in itertools.pairwise(first)]
    assert all(gap <= 600 * 2**number + 2 for number, gap in enumerate(gaps))
    assert len(set(gaps)) == 3


def test_an_error_that_no_retrier_names_is_not_retried(bench: Bench) -> None:
    run = bench.run(task(bench, FAILS, Retry=[{"ErrorEquals": ["Other"], "MaxAttempts": 3}]))
    assert (len(starts(run)), run.error) == (1, "TemporaryError")


def test_a_task_that_takes_too_long_times_out_while_the_function_runs_on(bench: Bench) -> None:
    code = "import time\ndef handler(e, c):\n    time.sleep(600)\n    print('done')\n"
    run = bench.run(task(bench, code, 900, TimeoutSeconds=60))
    assert (run.status, run.error, run.seconds) == ("FAILED", "States.Timeout", 60)


def test_a_functions_own_timeout_is_lambdas_error(bench: Bench) -> None:
    run = bench.run(task(bench, "import time\ndef handler(e, c): time.sleep(600)\n", 10))
    assert (run.status, run.error) == ("FAILED", "Sandbox.Timedout")
    assert run.seconds == 11


def test_a_machine_that_takes_too_long_is_timed_out(bench: Bench) -> None:
    run = bench.run({"Wait": {"Type": "Wait", "Seconds": 7200, "End": True}}, TimeoutSeconds=3600)
    assert (run.status, run.seconds, run.kinds()[-1]) == ("TIMED_OUT", 3600, "ExecutionTimedOut")


def test_a_stopped_execution_is_aborted_at_once(bench: Bench) -> None:
    arn = bench.start(bench.create({"Wait": {"Type": "Wait", "Seconds": 7200, "End": True}}))
    bench.after(600)
    bench.client("stepfunctions").stop_execution(executionArn=arn)
    assert bench.client("stepfunctions").describe_execution(executionArn=arn)["status"] == "ABORTED"
    bench.after(1)
    run = bench.result(arn)
    assert (run.status, run.seconds, run.kinds()[-1]) == ("ABORTED", 600, "ExecutionAborted")
    bench.after(86_400)
    assert run.kinds() == bench.result(arn).kinds()
