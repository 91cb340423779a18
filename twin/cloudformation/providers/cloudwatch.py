"""AWS::CloudWatch: alarms, composite alarms and dashboards."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from twin.cloudformation.intrinsics import Pending
from twin.cloudformation.provider import Provider, Resource, register

if TYPE_CHECKING:
    from collections.abc import Iterator


MISSING = {"breaching", "ignore", "missing", "notBreaching"}


def check_alarm(resource: Resource) -> Iterator[tuple[str, str]]:
    """Reports what PutMetricAlarm refuses although every name is right."""
    given = resource.properties
    if ("MetricName" in given) == ("Metrics" in given):
        yield "MetricName", "an alarm watches either MetricName or Metrics: give exactly one"
    if given.get("TreatMissingData", "missing") not in MISSING:
        yield (
            "TreatMissingData",
            f"TreatMissingData is {given['TreatMissingData']!r}: use one of {', '.join(sorted(MISSING))}",
        )
    if "MetricName" in given and ("Statistic" in given) == ("ExtendedStatistic" in given):
        yield "Statistic", "an alarm needs either Statistic or ExtendedStatistic: give exactly one"
    period = given.get("Period", 60)
    if not isinstance(period, Pending) and int(period) not in (10, 20, 30) and int(period) % 60:
        yield "Period", f"Period is {period}: use 10, 20, 30 or a multiple of 60 seconds"
    wanted, of = given.get("DatapointsToAlarm"), given.get("EvaluationPeriods")
    if wanted is not None and of is not None and not isinstance(wanted, Pending) and int(wanted) > int(of):
        yield "DatapointsToAlarm", f"DatapointsToAlarm {wanted} is more than EvaluationPeriods {of}: lower it"
    yield from _expressions(given.get("Metrics") or [])


def _expressions(queries: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    from twin.alarms.expression import MathError, compile_math  # noqa: PLC0415 - needed for metric math only

    names = {str(query.get("Id")) for query in queries}
    for index, query in enumerate(queries):
        text = query.get("Expression")
        if text is None or isinstance(text, Pending):
            continue
        try:
            used = compile_math(str(text)).names
        except MathError as error:
            yield f"Metrics.{index}.Expression", str(error)
            continue
        for name in sorted(used - names):
            yield (
                f"Metrics.{index}.Expression",
                f"the expression uses {name}, which is no Id here: correct it",
            )


def check_composite(resource: Resource) -> Iterator[tuple[str, str]]:
    """Reports an alarm rule that cannot be parsed."""
    from twin.alarms.rule import RuleError, parse_rule  # noqa: PLC0415 - needed for composite alarms only

    rule = resource.properties.get("AlarmRule", "")
    # A pending rule still has its shape: the names in it look like `${Alarm}`.
    try:
        parse_rule(str(rule))
    except RuleError as error:
        yield "AlarmRule", str(error)


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
