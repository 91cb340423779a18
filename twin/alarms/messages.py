"""What CloudWatch says when an alarm changes: to a topic, to a function, and on the default bus."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


TRIGGER_KEYS = (
    "AlarmRule", "ComparisonOperator", "DatapointsToAlarm", "Dimensions", "EvaluationPeriods", "MetricName",
    "Metrics", "Namespace", "Period", "Statistic", "Threshold", "TreatMissingData",
)  # fmt: skip
"""What of an alarm's input a message repeats."""


@dataclass(frozen=True)
class StateChange:
    """One change of state."""

    name: str
    arn: str
    params: Mapping[str, Any]
    """The input that the alarm was put with."""
    before: str
    before_reason: str
    after: str
    reason: str
    at: datetime

    @property
    def stamp(self) -> str:
        """The time as CloudWatch writes it."""
        return self.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000+0000")


def topic_message(change: StateChange, *, account: str, region: str) -> tuple[str, str]:
    """Writes the subject and the text for a topic."""
    given = change.params
    body = {
        "AlarmName": change.name,
        "AlarmDescription": given.get("AlarmDescription"),
        "AWSAccountId": account,
        "NewStateValue": change.after,
        "NewStateReason": change.reason,
        "StateChangeTime": change.stamp,
        "Region": region,
        "AlarmArn": change.arn,
        "OldStateValue": change.before,
        "Trigger": {key: given[key] for key in TRIGGER_KEYS if key in given},
    }
    return f'{change.after}: "{change.name}" in {region}'[:100], json.dumps(body)


def event_detail(change: StateChange) -> dict[str, Any]:
    """Writes the detail of the event `CloudWatch Alarm State Change`."""
    given = change.params
    configuration: dict[str, Any] = {"description": given.get("AlarmDescription", "")}
    if "AlarmRule" in given:
        configuration["alarmRule"] = given["AlarmRule"]
    else:
        configuration["metrics"] = _metrics(given)
    return {
        "alarmName": change.name,
        "state": {"value": change.after, "reason": change.reason, "timestamp": change.stamp},
        "previousState": {"value": change.before, "reason": change.before_reason},
        "configuration": configuration,
    }


def function_event(change: StateChange, *, account: str, region: str) -> str:
    """Writes what a Lambda action is invoked with."""
    body = {
        "source": "aws.cloudwatch",
        "alarmArn": change.arn,
        "accountId": account,
        "time": change.stamp,
        "region": region,
        "alarmData": event_detail(change),
    }
    return json.dumps(body)


def _metrics(given: Mapping[str, Any]) -> list[dict[str, Any]]:
    if given.get("Metrics"):
        return [_one_of_many(item) for item in given["Metrics"]]
    dimensions = {item["Name"]: item["Value"] for item in given.get("Dimensions") or ()}
    metric = {"namespace": given["Namespace"], "name": given["MetricName"], "dimensions": dimensions}
    statistic = given.get("Statistic") or given.get("ExtendedStatistic")
    return [
        {
            "id": "m1",
            "metricStat": {"metric": metric, "period": given["Period"], "stat": statistic},
            "returnData": True,
        }
    ]


def _one_of_many(item: Mapping[str, Any]) -> dict[str, Any]:
    base = {"id": item["Id"], "returnData": item.get("ReturnData", True)}
    if "Expression" in item:
        return {**base, "expression": item["Expression"], "label": item.get("Label", "")}
    stat = item["MetricStat"]
    dimensions = {d["Name"]: d["Value"] for d in stat["Metric"].get("Dimensions", ())}
    metric = {
        "namespace": stat["Metric"]["Namespace"],
        "name": stat["Metric"]["MetricName"],
        "dimensions": dimensions,
    }
    return {**base, "metricStat": {"metric": metric, "period": stat["Period"], "stat": stat["Stat"]}}
