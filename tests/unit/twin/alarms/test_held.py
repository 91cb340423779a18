"""What repeats every minute is kept once, read as if repeated, and evaluated only where it can cross."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from tests.unit.twin.alarms.alarm_calls import alarm, state
from twin.alarms.bounds import Bounds, math_bounds
from twin.alarms.decision import ALARM, INSUFFICIENT, OK
from twin.alarms.expression import compile_math
from twin.alarms.held import Held
from twin.alarms.metric_alarm import read_metric_alarm
from twin.alarms.metrics import MetricName, Metrics
from twin.alarms.statistics import Samples

BEGIN = datetime(2026, 12, 7, tzinfo=UTC)
FIRST = int(BEGIN.timestamp()) // 60
NAMES = ("t2", "t5", "e5")
numbers = st.sampled_from([None, 0.0, 1.0, 3.0, 50.0, 400.0])
changes = st.lists(st.tuples(st.integers(0, 40), numbers), max_size=6).map(
    lambda steps: sorted(steps, key=lambda step: step[0])
)
EXPRESSIONS = (
    "IF(t2 + t5 > 100, 100 * t5 / (t2 + t5), 0)",
    "IF(FILL(t2, 0) + FILL(t5, 0) > 100, 100 * FILL(t5, 0) / (FILL(t2, 0) + FILL(t5, 0)), 0)",
    "100 * t5 / 80",
    "FILL(t5, 0) + 0 * FILL(e5, 0) - t2",
)


def held(samples: float | None) -> Samples | None:
    return None if samples is None else Samples([samples])


def given_alarm(**more: Any) -> Any:
    return read_metric_alarm(
        {"AlarmName": "a", "ComparisonOperator": "GreaterThanThreshold", "Threshold": 5.0, **more}
    )


@given(changes)
def test_what_is_held_reads_as_if_it_were_put_each_minute(steps: list[tuple[int, float | None]]) -> None:
    kept, minutes = Held(), dict[int, float | None]()
    for minute, value in steps:
        kept.hold(minute, held(value))
        minutes.update(dict.fromkeys(range(minute, 60), value))
    for first, end in ((0, 60), (5, 6), (7, 30), (50, 60)):
        put = [value for minute in range(first, end) if (value := minutes.get(minute)) is not None]
        for statistic in ("Sum", "Minimum", "Maximum", "SampleCount", "p95"):
            assert kept.samples(first, end).statistic(statistic) == Samples(put).statistic(statistic)


@given(
    st.lists(changes, min_size=3, max_size=3),
    st.fixed_dictionaries(
        {
            "ComparisonOperator": st.sampled_from(["GreaterThanThreshold", "LessThanThreshold"]),
            "TreatMissingData": st.sampled_from(["missing", "breaching", "notBreaching", "ignore"]),
            "EvaluationPeriods": st.integers(1, 3),
        }
    ),
    st.sampled_from(EXPRESSIONS),
    st.sampled_from([60, 300]),
    st.sampled_from([OK, ALARM, INSUFFICIENT]),
)
def test_an_alarm_that_is_called_settled_never_leaves_its_state(
    steps: list[list[tuple[int, float | None]]],
    asks: dict[str, Any],
    expression: str,
    period: int,
    current: str,
) -> None:
    metrics = Metrics()
    for name, each in zip(NAMES, steps, strict=True):
        for minute, value in each:
            metrics.hold(MetricName("App", name), held(value), BEGIN + timedelta(minutes=minute))
    stats = [
        {"Id": name, "ReturnData": False,
         "MetricStat": {"Stat": "Sum", "Period": period, "Metric": {"Namespace": "App", "MetricName": name}}}
        for name in NAMES
    ]  # fmt: skip
    made = given_alarm(Metrics=[*stats, {"Id": "x", "Expression": expression}], **asks)
    now = (FIRST + 41) * 60
    assume(made.is_settled(metrics, now, current))
    for minute in range(60):
        assert made.decide(metrics, now + 60 * minute, current).value == current


def test_bounds_know_what_has_no_value_and_say_when_they_do_not_know() -> None:
    def bounds(text: str, **known: Bounds) -> Bounds | None:
        return math_bounds(compile_math(text).tree, known)

    some, none = Bounds(2, 5), Bounds(0, 0)
    assert bounds("a / b", a=some, b=Bounds(0, 9)) is None
    assert bounds("a / b", a=none, b=Bounds(0, 9)) == Bounds(0, 0, missing=True)
    assert bounds("IF(a > 1, 100 * a, 0)", a=some) == Bounds(200, 500)
    assert bounds("FILL(a, 0)", a=Bounds(2, 5, missing=True)) == Bounds(0, 5)
    assert bounds("RATE(a)", a=some) is None


def test_an_alarm_rises_and_rests_with_what_is_held(small_twin: Any) -> None:
    def hold(value: float | None) -> None:
        small_twin.metrics.hold(MetricName("App", "Errors"), held(value), small_twin.clock.now)

    alarm(small_twin, Statistic="Average", EvaluationPeriods=3, TreatMissingData="missing")
    hold(1)
    small_twin.run(minutes=10)
    assert state(small_twin) == OK
    hold(9)
    small_twin.run(minutes=2)
    assert state(small_twin) == OK
    small_twin.run(minutes=2)
    assert state(small_twin) == ALARM
    hold(None)
    small_twin.run(minutes=10)
    assert state(small_twin) == INSUFFICIENT
    hold(1)
    small_twin.run(minutes=10)
    assert state(small_twin) == OK


def test_a_steady_metric_costs_no_evaluation(small_twin: Any) -> None:
    alarm(small_twin, Statistic="Average", EvaluationPeriods=3)
    for value in (1.0, 2.0, 1.0):
        small_twin.metrics.hold(MetricName("App", "Errors"), held(value), small_twin.clock.now)
        small_twin.run(minutes=30)
    assert small_twin.alarms._timers == {}
