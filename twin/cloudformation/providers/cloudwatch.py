"""AWS::CloudWatch: alarms, composite alarms and dashboards."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from twin.cloudformation.intrinsics import Pending
from twin.cloudformation.provider import Provider, Resource, register

if TYPE_CHECKING:
    from collections.abc import Iterator


def check_alarm(resource: Resource) -> Iterator[tuple[str, str]]:
    """Reports what PutMetricAlarm refuses although every name is right, and what is not emulated."""
    from twin.alarms.refusals import refused_alarm  # noqa: PLC0415 - needed for alarms only

    yield from refused_alarm(_known(resource.properties))


def check_composite(resource: Resource) -> Iterator[tuple[str, str]]:
    """Reports an alarm rule that cannot be parsed, and what the twin does not emulate of its alarm."""
    from twin.alarms.refusals import refused_composite  # noqa: PLC0415 - needed for composite alarms only

    # A pending rule still has its shape: the names in it look like `${Alarm}`.
    yield from refused_composite(resource.properties)


def _known(given: Any) -> Any:
    """Leaves out what only a deployment can tell."""
    if isinstance(given, dict):
        return {key: _known(value) for key, value in given.items() if not isinstance(value, Pending)}
    return (
        [_known(value) for value in given if not isinstance(value, Pending)]
        if isinstance(given, list)
        else given
    )


def check_dashboard(resource: Resource) -> Iterator[tuple[str, str]]:
    """Reports a dashboard that is no JSON."""
    body = resource.properties.get("DashboardBody")
    if isinstance(body, str):
        try:
            json.loads(body)
        except ValueError as error:
            yield "DashboardBody", f"the dashboard is no JSON ({error}): correct it"


def _alarm_arn(resource: Resource) -> str:
    return resource.arn("cloudwatch", f"alarm:{resource.properties['AlarmName']}")


register(
    Provider(
        kind="AWS::CloudWatch::Alarm",
        create="cloudwatch.PutMetricAlarm",
        name="AlarmName",
        name_limit=255,
        ref="=AlarmName",
        attributes={"Arn": _alarm_arn},
        needs=frozenset({"ComparisonOperator"}),
        checks=(check_alarm,),
        update="cloudwatch.PutMetricAlarm",
        delete="cloudwatch.DeleteAlarms",
        delete_input=lambda resource: {"AlarmNames": [resource.physical]},
    ),
    Provider(
        kind="AWS::CloudWatch::CompositeAlarm",
        create="cloudwatch.PutCompositeAlarm",
        name="AlarmName",
        name_limit=255,
        ref="=AlarmName",
        attributes={"Arn": _alarm_arn},
        checks=(check_composite,),
        update="cloudwatch.PutCompositeAlarm",
        delete="cloudwatch.DeleteAlarms",
        delete_input=lambda resource: {"AlarmNames": [resource.physical]},
    ),
    Provider(
        kind="AWS::CloudWatch::Dashboard",
        create="cloudwatch.PutDashboard",
        name="DashboardName",
        ref="=DashboardName",
        needs=frozenset({"DashboardBody"}),
        checks=(check_dashboard,),
        update="cloudwatch.PutDashboard",
        delete="cloudwatch.DeleteDashboards",
        delete_input=lambda resource: {"DashboardNames": [resource.physical]},
    ),
)
