"""What DescribeAlarmHistory answers, and the composite alarms that DescribeAlarms reads from moto."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.cloudwatch.models import cloudwatch_backends

from twin.alarms.messages import StateChange, topic_message

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from twin.alarms.decision import AlarmState
    from twin.cloudformation.provider import Aws

MOST_RECORDS = 100
"""Items of an answer, unless the call asks for fewer."""


def history_items(
    changes: Sequence[StateChange], params: Mapping[str, Any], aws: Aws
) -> list[dict[str, Any]]:
    """Returns the changes of one alarm, or of all, as DescribeAlarmHistory lists them: the newest first."""
    wanted = params.get("AlarmName")
    items = [
        {
            "AlarmName": change.name,
            "AlarmType": "CompositeAlarm" if "AlarmRule" in change.params else "MetricAlarm",
            "Timestamp": change.at,
            "HistoryItemType": "StateUpdate",
            "HistorySummary": f"Alarm updated from {change.before} to {change.after}",
            "HistoryData": topic_message(change, account=aws.account, region=aws.region)[1],
        }
        for change in reversed(changes)
        if wanted in (None, change.name)
    ]
    return items[: int(params.get("MaxRecords") or MOST_RECORDS)]


def show_composite(params: Mapping[str, Any], aws: Aws) -> None:
    """Puts a composite alarm where DescribeAlarms finds it."""
    backend: Any = cloudwatch_backends[aws.account][aws.region]  # typed for metric alarms only
    backend.put_metric_alarm(
        params["AlarmName"], None, None, None, None, None, None, None, params.get("AlarmDescription"), [],
        params.get("AlarmActions") or [], ok_actions=params.get("OKActions") or [],
        insufficient_data_actions=params.get("InsufficientDataActions") or [],
        actions_enabled=params.get("ActionsEnabled", True), rule=params["AlarmRule"],
    )  # fmt: skip


def show_state(name: str, state: AlarmState, aws: Aws) -> None:
    """Notes an alarm's state where DescribeAlarms reads it."""
    alarm = cloudwatch_backends[aws.account][aws.region].alarms.get(name)
    if alarm is not None:
        alarm.update_state(state.reason, "{}", state.value)
