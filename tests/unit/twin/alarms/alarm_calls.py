"""The calls by which tests put alarms and data, and read states."""

from __future__ import annotations

from typing import Any


def alarm(twin: Any, name: str = "errors", **more: Any) -> None:
    given = {
        "Namespace": "App", "MetricName": "Errors", "Statistic": "Sum", "Period": 60, "EvaluationPeriods": 1,
        "Threshold": 2.0, "ComparisonOperator": "GreaterThanThreshold", "TreatMissingData": "notBreaching",
        **more,
    }  # fmt: skip
    twin.aws.client("cloudwatch").put_metric_alarm(AlarmName=name, **given)


def state(twin: Any, name: str = "errors") -> str:
    answer = twin.aws.client("cloudwatch").describe_alarms(AlarmNames=[name])
    found: str = (answer["MetricAlarms"] + answer["CompositeAlarms"])[0]["StateValue"]
    return found


def put(twin: Any, value: float) -> None:
    twin.aws.client("cloudwatch").put_metric_data(
        Namespace="App", MetricData=[{"MetricName": "Errors", "Value": value, "Timestamp": twin.clock.now}]
    )
