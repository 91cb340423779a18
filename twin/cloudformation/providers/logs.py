"""AWS::Logs: log groups, and what reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin.cloudformation.intrinsics import Pending
from twin.cloudformation.provider import Provider, Resource, Step, register, tags_of, update_in_steps
from twin.log_filters import FilterError, parse_filter

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


RETENTION = {
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
}  # fmt: skip
"""The days that CloudWatch Logs offers (API reference, PutRetentionPolicy)."""


def check_log_group(resource: Resource) -> Iterator[tuple[str, str]]:
    """Reports a retention that CloudWatch Logs does not offer."""
    days = resource.properties.get("RetentionInDays")
    if days is not None and not isinstance(days, Pending) and int(days) not in RETENTION:
        yield (
            "RetentionInDays",
            f"RetentionInDays is {days}: use one of {', '.join(map(str, sorted(RETENTION)))}",
        )


def check_filter(resource: Resource) -> Iterator[tuple[str, str]]:
    """Reports a filter pattern that CloudWatch Logs would refuse."""
    text = resource.properties.get("FilterPattern", "")
    if isinstance(text, Pending):
        return
    try:
        parse_filter(str(text))
    except FilterError as error:
        yield "FilterPattern", str(error)


def check_metric_filter(resource: Resource) -> Iterator[tuple[str, str]]:
    """Reports a metric filter whose pattern, value or dimensions CloudWatch Logs would refuse."""
    from twin.alarms.log_filter import refused_transformations  # noqa: PLC0415 - needed for metric filters only

    yield from check_filter(resource)
    text = resource.properties.get("FilterPattern", "")
    if not isinstance(text, Pending):
        made = resource.properties.get("MetricTransformations") or []
        for index, member, sentence in refused_transformations(str(text), made):
            yield f"MetricTransformations.{index}.{member}", sentence


def metric_filter_input(resource: Resource) -> Mapping[str, Any]:
    """Builds PutMetricFilter's input, whose dimensions are a mapping."""
    made = [
        {**each, "Dimensions": {item["Key"]: item["Value"] for item in each["Dimensions"]}}
        if isinstance(each, dict) and isinstance(each.get("Dimensions"), list)
        else each
        for each in resource.properties.get("MetricTransformations") or []
    ]
    return {**resource.properties, "MetricTransformations": made}


def log_group_input(resource: Resource) -> Mapping[str, Any]:
    """Builds CreateLogGroup's input."""
    renamed = {"LogGroupClass": "logGroupClass", "KmsKeyId": "kmsKeyId", "LogGroupName": "logGroupName"}
    left_out = {
        "RetentionInDays",
        "Tags",
        "DataProtectionPolicy",
        "FieldIndexPolicies",
        "ResourcePolicyDocument",
    }
    given = {
        renamed.get(key, key): value for key, value in resource.properties.items() if key not in left_out
    }
    tags = tags_of(resource.properties)
    return {**given, "tags": tags} if tags else given


def retention_input(resource: Resource) -> dict[str, Any] | None:
    """Builds PutRetentionPolicy's input."""
    days = resource.properties.get("RetentionInDays")
    return (
        None
        if days is None
        else {"logGroupName": resource.properties["LogGroupName"], "retentionInDays": days}
    )


register(
    Provider(
        kind="AWS::Logs::LogGroup",
        not_emulated={
            "DataProtectionPolicy": "lines are kept as they are written",
            "FieldIndexPolicies": "nothing queries an index",
            "ResourcePolicyDocument": "who may write is not enforced",
        },
        create="logs.CreateLogGroup",
        name="LogGroupName",
        name_limit=512,
        ref="=LogGroupName",
        attributes={
            "Arn": lambda resource: resource.arn("logs", f"log-group:{resource.properties['LogGroupName']}:*")
        },
        adapt=log_group_input,
        checks=(check_log_group,),
        then=(Step("logs.PutRetentionPolicy", retention_input),),
        update=update_in_steps,
        immutable=frozenset({"KmsKeyId", "LogGroupClass", "Tags"}),
        delete="logs.DeleteLogGroup",
        delete_input=lambda resource: {"logGroupName": resource.physical},
    ),
    Provider(
        kind="AWS::Logs::MetricFilter",
        create="logs.PutMetricFilter",
        name="FilterName",
        ref="=FilterName",
        adapt=metric_filter_input,
        checks=(check_metric_filter,),
        update="logs.PutMetricFilter",
        immutable=frozenset({"LogGroupName"}),
        delete="logs.DeleteMetricFilter",
        delete_input=lambda resource: {
            "logGroupName": resource.properties["LogGroupName"],
            "filterName": resource.physical,
        },
    ),
    Provider(
        kind="AWS::Logs::ResourcePolicy",
        create="logs.PutResourcePolicy",
        ref="=PolicyName",
        needs=frozenset({"PolicyName", "PolicyDocument"}),
        update="logs.PutResourcePolicy",
        delete="logs.DeleteResourcePolicy",
        delete_input=lambda resource: {"policyName": resource.physical},
    ),
    Provider(
        kind="AWS::Logs::SubscriptionFilter",
        create="logs.PutSubscriptionFilter",
        name="FilterName",
        ref="=FilterName",
        checks=(check_filter,),
        update="logs.PutSubscriptionFilter",
        immutable=frozenset({"LogGroupName"}),
        delete="logs.DeleteSubscriptionFilter",
        delete_input=lambda resource: {
            "logGroupName": resource.properties["LogGroupName"],
            "filterName": resource.physical,
        },
    ),
)
