"""AWS::CloudWatch and AWS::Logs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from twin.cloudformation.intrinsics import Pending
from twin.cloudformation.provider import Made, Provider, Step, nothing, register, tags_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

RETENTION = {
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
}  # fmt: skip
"""The days that CloudWatch Logs offers (API reference, PutRetentionPolicy)."""

MISSING = {"breaching", "ignore", "missing", "notBreaching"}


def check_alarm(made: Made) -> Iterator[tuple[str, str]]:
    """Reports what PutMetricAlarm refuses although every name is right."""
    given = made.properties
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


def check_composite(made: Made) -> Iterator[tuple[str, str]]:
    """Reports an alarm rule that cannot be parsed."""
    from twin.alarms.rule import RuleError, parse_rule  # noqa: PLC0415 - needed for composite alarms only

    rule = made.properties.get("AlarmRule", "")
    # A pending rule still has its shape: the names in it look like `${Alarm}`.
    try:
        parse_rule(str(rule))
    except RuleError as error:
        yield "AlarmRule", str(error)


def check_dashboard(made: Made) -> Iterator[tuple[str, str]]:
    """Reports a dashboard that is no JSON."""
    body = made.properties.get("DashboardBody")
    if isinstance(body, str):
        try:
            json.loads(body)
        except ValueError as error:
            yield "DashboardBody", f"the dashboard is no JSON ({error}): correct it"


def check_log_group(made: Made) -> Iterator[tuple[str, str]]:
    """Reports a retention that CloudWatch Logs does not offer."""
    days = made.properties.get("RetentionInDays")
    if days is not None and not isinstance(days, Pending) and int(days) not in RETENTION:
        yield (
            "RetentionInDays",
            f"RetentionInDays is {days}: use one of {', '.join(map(str, sorted(RETENTION)))}",
        )


def log_group_input(made: Made) -> Mapping[str, Any]:
    """Builds CreateLogGroup's input."""
    renamed = {"LogGroupClass": "logGroupClass", "KmsKeyId": "kmsKeyId", "LogGroupName": "logGroupName"}
    left_out = {
        "RetentionInDays",
        "Tags",
        "DataProtectionPolicy",
        "FieldIndexPolicies",
        "ResourcePolicyDocument",
    }
    given = {renamed.get(key, key): value for key, value in made.properties.items() if key not in left_out}
    tags = tags_of(made.properties)
    return {**given, "tags": tags} if tags else given


def retention(made: Made) -> dict[str, Any] | None:
    """Builds PutRetentionPolicy's input."""
    days = made.properties.get("RetentionInDays")
    return (
        None if days is None else {"logGroupName": made.properties["LogGroupName"], "retentionInDays": days}
    )


def _alarm_arn(made: Made) -> str:
    return made.arn("cloudwatch", f"alarm:{made.properties['AlarmName']}")


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
        delete_input=lambda made: {"AlarmNames": [made.physical]},
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
        delete_input=lambda made: {"AlarmNames": [made.physical]},
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
        delete_input=lambda made: {"DashboardNames": [made.physical]},
    ),
    Provider(
        kind="AWS::Logs::LogGroup",
        create="logs.CreateLogGroup",
        name="LogGroupName",
        name_limit=512,
        ref="=LogGroupName",
        attributes={"Arn": lambda made: made.arn("logs", f"log-group:{made.properties['LogGroupName']}:*")},
        adapt=log_group_input,
        checks=(check_log_group,),
        then=(Step("logs.PutRetentionPolicy", retention),),
        update=nothing,
        immutable=frozenset({"KmsKeyId", "LogGroupClass", "Tags"}),
        delete="logs.DeleteLogGroup",
        delete_input=lambda made: {"logGroupName": made.physical},
    ),
    Provider(
        kind="AWS::Logs::MetricFilter",
        create="logs.PutMetricFilter",
        name="FilterName",
        ref="=FilterName",
        update="logs.PutMetricFilter",
        immutable=frozenset({"LogGroupName"}),
        delete="logs.DeleteMetricFilter",
        delete_input=lambda made: {
            "logGroupName": made.properties["LogGroupName"],
            "filterName": made.physical,
        },
    ),
    Provider(
        kind="AWS::Logs::ResourcePolicy",
        create="logs.PutResourcePolicy",
        ref="=PolicyName",
        needs=frozenset({"PolicyName", "PolicyDocument"}),
        update="logs.PutResourcePolicy",
        delete="logs.DeleteResourcePolicy",
        delete_input=lambda made: {"policyName": made.physical},
    ),
    Provider(
        kind="AWS::Logs::SubscriptionFilter",
        create="logs.PutSubscriptionFilter",
        name="FilterName",
        ref="=FilterName",
        update="logs.PutSubscriptionFilter",
        immutable=frozenset({"LogGroupName"}),
        delete="logs.DeleteSubscriptionFilter",
        delete_input=lambda made: {
            "logGroupName": made.properties["LogGroupName"],
            "filterName": made.physical,
        },
    ),
)
