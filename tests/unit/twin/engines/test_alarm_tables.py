"""Alarms are decided, computed and refused as CloudWatch's user guide and its API reference say."""

from __future__ import annotations

import re
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.unit.twin.alarms.alarm_calls import alarm, put, state
from tests.unit.twin.engines.corpus import corpus, told
from twin.alarms.decision import Condition, decide
from twin.alarms.expression import compile_math
from twin.alarms.math_functions import ARGUMENTS
from twin.alarms.math_syntax import MathError
from twin.alarms.rule import RuleError, parse_rule
from twin.alarms.statistics import Samples, StatisticError, compile_statistic, samples_needed

PAGE = corpus("alarms")
PARTS = ("states", "statistics", "needed", "math", "math_refused", "rules", "accepted", "refused")
CELLS = [
    (row, missing, expected, before)
    for row in PAGE["states"]
    for missing, expected in zip(PAGE["columns"], row[3:], strict=True)
    for before in ("OK", "ALARM", "INSUFFICIENT_DATA")
]


def test_every_row_names_its_source_and_every_function_has_rows() -> None:
    assert {row[0] for part in PARTS for row in PAGE[part]} == set(PAGE["sources"])
    asked = str([row[1] for row in PAGE["math"]])
    assert [name for name in ARGUMENTS if f"{name}(" not in asked] == []
    assert sum(row[0] in ("two", "three") for row in PAGE["states"]) * len(PAGE["columns"]) == 40


@pytest.mark.parametrize(("row", "missing", "expected", "before"), CELLS)
def test_each_cell_of_the_tables_on_missing_data(
    row: list[Any], missing: str, expected: str, before: str
) -> None:
    points = [{"0": 0.0, "X": 9.0, "-": None}[sign] for sign in row[2]]
    condition = Condition("GreaterThanThreshold", 5, 3, row[1], missing)

    assert decide(points, condition, before).value == (before if expected == "KEEP" else expected)


@pytest.mark.parametrize("row", PAGE["states"], ids=told)
def test_the_engine_comes_to_the_same_states(row: list[Any], small_twin: Any) -> None:
    for missing in PAGE["columns"]:
        given = {"Statistic": "Maximum", "EvaluationPeriods": 3, "DatapointsToAlarm": row[1], "Threshold": 5}
        alarm(small_twin, missing, MetricName=missing, TreatMissingData=missing, **given)
    small_twin.run(minutes=10)
    for sign in row[2]:
        for missing in PAGE["columns"] if sign != "-" else ():
            data = {"MetricName": missing, "Value": 9 * (sign == "X"), "Timestamp": small_twin.clock.now}
            small_twin.aws.client("cloudwatch").put_metric_data(Namespace="App", MetricData=[data])
        small_twin.run(minutes=1)
    for missing, expected in zip(PAGE["columns"], row[3:], strict=True):
        assert expected in ("KEEP", state(small_twin, missing)), missing


@pytest.mark.parametrize("row", PAGE["statistics"], ids=told)
def test_a_statistic_of_ten_values(row: list[Any]) -> None:
    values = [float(value) for value in reversed(PAGE["values"])]

    assert Samples(values).statistic(row[1]) == pytest.approx(row[2])


@pytest.mark.parametrize("name", PAGE["statistics_refused"])
def test_what_is_no_statistic_is_refused(name: str) -> None:
    with pytest.raises(StatisticError, match="is not known"):
        compile_statistic(name)


@pytest.mark.parametrize("row", PAGE["needed"], ids=told)
def test_a_percentile_needs_samples(row: list[Any]) -> None:
    assert samples_needed(row[1]) == row[2]


def test_a_set_of_values_has_the_plain_statistics_alone() -> None:
    samples = Samples([1.0], [(4, 20, 2, 9)])

    found = {
        name: samples.statistic(name) for name in ("Average", "Maximum", "Minimum", "SampleCount", "Sum")
    }
    assert found == {"Average": 4.2, "Maximum": 9, "Minimum": 1, "SampleCount": 5, "Sum": 21}
    assert samples.statistic("p90") is None
    assert Samples([], [(3, 15, 5, 5)]).statistic("p90") == 5, "of three equal values"


@pytest.mark.parametrize("row", PAGE["math"], ids=told)
def test_metric_math(row: list[Any]) -> None:
    series = {
        name: [None if v is None else float(v) for v in values] for name, values in PAGE["series"].items()
    }

    assert compile_math(row[1]).evaluate(series, [0, 60, 120], 60) == pytest.approx(row[2])


@pytest.mark.parametrize("row", PAGE["math_refused"], ids=told)
def test_what_metric_math_lacks_is_refused(row: list[Any]) -> None:
    with pytest.raises(MathError, match=re.escape(row[2])):
        compile_math(row[1])


@pytest.mark.parametrize("row", PAGE["rules"], ids=told)
def test_a_composite_rule_holds_or_not(row: list[Any]) -> None:
    states = dict(zip("abc", row[2], strict=True))

    assert parse_rule(row[1]).holds(states.__getitem__) is row[3]


@pytest.mark.parametrize("text", PAGE["rules_refused"])
def test_what_is_no_rule_is_refused(text: str) -> None:
    with pytest.raises(RuleError):
        parse_rule(text)


def changed(different: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in {**PAGE["alarm"], **different}.items() if value is not None}


@pytest.mark.parametrize("row", PAGE["accepted"], ids=told)
def test_an_alarm_that_can_be_evaluated_is_taken(row: list[Any], small_twin: Any) -> None:
    small_twin.aws.client("cloudwatch").put_metric_alarm(**changed(row[1]))
    small_twin.run(minutes=1)


@pytest.mark.parametrize("row", PAGE["refused"], ids=told)
def test_an_alarm_that_cannot_be_evaluated_is_refused(row: list[Any], small_twin: Any) -> None:
    with pytest.raises(ClientError, match=row[2]):
        small_twin.aws.client("cloudwatch").put_metric_alarm(**changed(row[1]))


def test_periods_slide_by_the_minute(small_twin: Any) -> None:
    """Three errors across the border of two periods of five minutes."""
    alarm(small_twin, Period=300, Statistic="Sum", Threshold=2)
    small_twin.run(minutes=4)
    put(small_twin, 2)
    small_twin.run(minutes=3)
    put(small_twin, 1)
    small_twin.run(minutes=1)
    assert state(small_twin) == "ALARM"


def test_ten_seconds_are_a_period_of_data_of_high_resolution(small_twin: Any) -> None:
    alarm(small_twin, Period=10, Statistic="Sum", Threshold=2)
    client = small_twin.aws.client("cloudwatch")
    for value in (2, 2):
        data = {"MetricName": "Errors", "Value": value, "StorageResolution": 1}
        client.put_metric_data(Namespace="App", MetricData=[{**data, "Timestamp": small_twin.clock.now}])
        small_twin.run(seconds=12)
    assert state(small_twin) == "OK", "never three within ten seconds"
    data = {"MetricName": "Errors", "Value": 3, "StorageResolution": 1}
    client.put_metric_data(Namespace="App", MetricData=[{**data, "Timestamp": small_twin.clock.now}])
    small_twin.run(seconds=10)
    assert state(small_twin) == "ALARM"


@pytest.mark.parametrize(("treatment", "expected"), [("ignore", "OK"), ("evaluate", "ALARM")])
def test_a_percentile_of_few_samples_is_ignored_if_wanted(
    treatment: str, expected: str, small_twin: Any
) -> None:
    given = {
        "AlarmName": "p",
        "Namespace": "App",
        "MetricName": "Ms",
        "ExtendedStatistic": "p90",
        "Period": 60,
    }
    small_twin.aws.client("cloudwatch").put_metric_alarm(
        **given, EvaluationPeriods=1, Threshold=5, ComparisonOperator="GreaterThanThreshold",
        TreatMissingData="notBreaching", EvaluateLowSampleCountPercentile=treatment,
    )  # fmt: skip
    client = small_twin.aws.client("cloudwatch")
    many = {"MetricName": "Ms", "Values": [1.0], "Counts": [100.0], "Timestamp": small_twin.clock.now}
    client.put_metric_data(Namespace="App", MetricData=[many])
    small_twin.run(minutes=1)
    assert state(small_twin, "p") == "OK"
    few = {"MetricName": "Ms", "Values": [9.0], "Counts": [99.0], "Timestamp": small_twin.clock.now}
    client.put_metric_data(Namespace="App", MetricData=[few])
    small_twin.run(minutes=1)
    assert state(small_twin, "p") == expected


def test_a_state_set_by_hand_lasts_until_the_next_evaluation(small_twin: Any) -> None:
    alarm(small_twin)
    small_twin.run(minutes=2)
    client = small_twin.aws.client("cloudwatch")
    client.set_alarm_state(AlarmName="errors", StateValue="ALARM", StateReason="a rehearsal")
    assert state(small_twin) == "ALARM"
    small_twin.run(minutes=1)
    assert state(small_twin) == "OK"


def test_actions_are_taken_on_a_change_of_state_alone(small_twin: Any) -> None:
    topic = small_twin.aws.client("sns").create_topic(Name="pages")["TopicArn"]
    alarm(small_twin, AlarmActions=[topic])
    for _ in range(5):
        put(small_twin, 9)
        small_twin.run(minutes=1)
    assert len([entry for entry in small_twin.log if entry[0] == "page"]) == 1


def test_a_composite_alarm_refuses_a_circle_and_what_is_not_there(small_twin: Any) -> None:
    alarm(small_twin, "a")
    client = small_twin.aws.client("cloudwatch")
    client.put_composite_alarm(AlarmName="b", AlarmRule="ALARM(a)")
    client.put_composite_alarm(AlarmName="c", AlarmRule="ALARM(b)")
    with pytest.raises(ClientError, match="depends on b itself"):
        client.put_composite_alarm(AlarmName="b", AlarmRule="ALARM(a) AND ALARM(c)")
    with pytest.raises(ClientError, match="do not exist"):
        client.put_composite_alarm(AlarmName="d", AlarmRule="ALARM(nobody)")


def test_a_dynamodb_alarm_ignores_missing_data_unless_told(small_twin: Any) -> None:
    alarm(small_twin, "table", Namespace="AWS/DynamoDB", TreatMissingData="missing")
    given = {"AlarmName": "plain", "Namespace": "AWS/DynamoDB", "MetricName": "ThrottledRequests"}
    small_twin.aws.client("cloudwatch").put_metric_alarm(
        **given, Statistic="Sum", Period=60, EvaluationPeriods=1, Threshold=0,
        ComparisonOperator="GreaterThanThreshold",
    )  # fmt: skip
    small_twin.aws.client("cloudwatch").put_metric_data(
        Namespace="AWS/DynamoDB",
        MetricData=[{"MetricName": "ThrottledRequests", "Value": 1, "Timestamp": small_twin.clock.now}],
    )
    small_twin.run(minutes=30)
    assert state(small_twin, "plain") == "ALARM"
