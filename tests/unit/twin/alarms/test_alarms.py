"""Alarms change on data and at edges of periods, tell topics and the bus, and rest while all is steady."""

from __future__ import annotations

import json
from typing import Any

from tests.unit.twin.alarms.alarm_calls import alarm, put, state
from twin.alarms import MetricName

METRIC = MetricName("App", "Errors")


def test_an_alarm_starts_without_data_and_is_ok_after_a_quiet_period(small_twin: Any) -> None:
    alarm(small_twin)
    assert state(small_twin) == "INSUFFICIENT_DATA"
    small_twin.run(minutes=2)
    assert state(small_twin) == "OK"


def test_an_alarm_without_any_data_rests(small_twin: Any) -> None:
    alarm(small_twin)
    small_twin.run(minutes=5)
    assert not small_twin.alarms._timers


def test_a_sum_that_crosses_upwards_alarms_at_once_and_recovers_at_an_edge(small_twin: Any) -> None:
    alarm(small_twin)
    small_twin.run(seconds=130)
    put(small_twin, 2)
    assert state(small_twin) == "OK"
    put(small_twin, 1)
    assert state(small_twin) == "ALARM"
    small_twin.run(minutes=3)
    assert state(small_twin) == "ALARM", "as long as the data is in the evaluation range"
    small_twin.run(minutes=1)
    assert state(small_twin) == "OK"
    assert not small_twin.alarms._timers


def test_a_low_value_alarms_only_when_its_period_is_over(small_twin: Any) -> None:
    alarm(small_twin, Statistic="Average", ComparisonOperator="LessThanThreshold", Threshold=5)
    small_twin.run(seconds=90)
    put(small_twin, 1)
    assert state(small_twin) == "OK"
    small_twin.run(seconds=30)
    assert state(small_twin) == "ALARM"


def test_a_change_is_an_event_and_a_message(small_twin: Any) -> None:
    topic = small_twin.aws.client("sns").create_topic(Name="pages")["TopicArn"]
    alarm(small_twin, AlarmActions=[topic])
    events = small_twin.aws.client("events")
    events.put_rule(
        Name="r",
        EventPattern=json.dumps({"source": ["aws.cloudwatch"], "detail": {"state": {"value": ["ALARM"]}}}),
    )
    events.put_targets(Rule="r", Targets=[{"Id": "q", "Arn": small_twin.queue("work")}])
    put(small_twin, 9)
    small_twin.run(seconds=1)
    (message,) = small_twin.messages("work")
    detail = json.loads(message["Body"])["detail"]
    assert (detail["alarmName"], detail["previousState"]["value"]) == ("errors", "INSUFFICIENT_DATA")
    (page,) = [entry for entry in small_twin.log if entry[0] == "page"]
    assert json.loads(page[3])["NewStateValue"] == "ALARM"


def test_disabled_actions_are_not_taken(small_twin: Any) -> None:
    topic = small_twin.aws.client("sns").create_topic(Name="pages")["TopicArn"]
    alarm(small_twin, AlarmActions=[topic])
    small_twin.aws.client("cloudwatch").disable_alarm_actions(AlarmNames=["errors"])
    put(small_twin, 9)
    small_twin.run(seconds=1)
    assert state(small_twin) == "ALARM"
    assert not [entry for entry in small_twin.log if entry[0] == "page"]


def test_metric_math_is_evaluated_over_its_periods(small_twin: Any) -> None:
    stat = {"Stat": "Sum", "Period": 60}
    queries = [
        {
            "Id": "e",
            "MetricStat": {"Metric": {"Namespace": "App", "MetricName": "Errors"}, **stat},
            "ReturnData": False,
        },
        {
            "Id": "r",
            "MetricStat": {"Metric": {"Namespace": "App", "MetricName": "Requests"}, **stat},
            "ReturnData": False,
        },
        {"Id": "rate", "Expression": "IF(r > 10, 100 * e / r, 0)", "ReturnData": True},
    ]
    small_twin.aws.client("cloudwatch").put_metric_alarm(
        AlarmName="rate",
        Metrics=queries,
        EvaluationPeriods=1,
        Threshold=5,
        ComparisonOperator="GreaterThanThreshold",
    )
    small_twin.metrics.put(MetricName("App", "Requests"), 100, small_twin.clock.now)
    small_twin.metrics.put(METRIC, 6, small_twin.clock.now)
    small_twin.run(minutes=1)
    assert state(small_twin, "rate") == "ALARM"


def test_a_composite_alarm_follows_its_children(small_twin: Any) -> None:
    alarm(small_twin, "a")
    alarm(small_twin, "b", MetricName="Other")
    client = small_twin.aws.client("cloudwatch")
    client.put_composite_alarm(AlarmName="both", AlarmRule="ALARM(a) AND NOT ALARM(b)")
    assert state(small_twin, "both") == "OK"
    put(small_twin, 9)
    assert state(small_twin, "both") == "ALARM"
    client.set_alarm_state(AlarmName="b", StateValue="ALARM", StateReason="by hand")
    assert state(small_twin, "both") == "OK"
    history = client.describe_alarm_history(AlarmName="both")["AlarmHistoryItems"]
    assert [item["HistorySummary"].split()[-1] for item in history] == ["OK", "ALARM", "OK"]


def test_two_runs_tell_the_same_story(small_twin: Any) -> None:
    alarm(small_twin)
    put(small_twin, 9)
    small_twin.run(minutes=4)
    changes = [entry[2] for entry in small_twin.log if entry[0] == "alarm"]
    assert changes == ["INSUFFICIENT_DATA -> ALARM", "ALARM -> OK"]
