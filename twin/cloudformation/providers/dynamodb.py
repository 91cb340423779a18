"""AWS::DynamoDB."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin.cloudformation import calls
from twin.cloudformation.provider import Provider, Resource, Step, register

if TYPE_CHECKING:
    from collections.abc import Mapping

ELSEWHERE = {"PointInTimeRecoverySpecification", "TimeToLiveSpecification"}


def table_input(resource: Resource) -> Mapping[str, Any]:
    """Builds CreateTable's input."""
    given = {key: value for key, value in resource.properties.items() if key not in ELSEWHERE}
    if "StreamSpecification" in given:
        given["StreamSpecification"] = {"StreamEnabled": True, **given["StreamSpecification"]}
    if "SSESpecification" in given:
        written = dict(given["SSESpecification"])
        given["SSESpecification"] = {"Enabled": written.pop("SSEEnabled", True), **written}
    return given


def recovery_input(resource: Resource) -> dict[str, Any] | None:
    """Builds UpdateContinuousBackups' input."""
    wanted = resource.properties.get("PointInTimeRecoverySpecification")
    key = {"TableName": resource.properties["TableName"]}
    return {**key, "PointInTimeRecoverySpecification": wanted} if wanted else None


def time_to_live_input(resource: Resource) -> dict[str, Any] | None:
    """Builds UpdateTimeToLive's input."""
    wanted = resource.properties.get("TimeToLiveSpecification")
    return (
        {"TableName": resource.properties["TableName"], "TimeToLiveSpecification": wanted} if wanted else None
    )


def change_table(resource: Resource) -> None:
    """Updates a table; its keys and indexes cannot change in place here."""
    allowed = {
        "BillingMode",
        "DeletionProtectionEnabled",
        "ProvisionedThroughput",
        "StreamSpecification",
        "TableName",
    }
    given = {key: value for key, value in table_input(resource).items() if key in allowed}
    calls.call(resource.aws, "dynamodb.UpdateTable", given)


register(
    Provider(
        kind="AWS::DynamoDB::Table",
        create="dynamodb.CreateTable",
        name="TableName",
        name_limit=255,
        ref="TableDescription.TableName",
        attributes={"Arn": "TableDescription.TableArn", "StreamArn": "TableDescription.LatestStreamArn"},
        adapt=table_input,
        not_emulated={
            "ContributorInsightsSpecification": "the twin's table is small enough to look at",
            "KinesisStreamSpecification": "the twin has no Kinesis",
            "WarmThroughput": "the twin's table does not throttle",
        },
        then=(
            Step("dynamodb.UpdateContinuousBackups", recovery_input),
            Step("dynamodb.UpdateTimeToLive", time_to_live_input),
        ),
        update=change_table,
        immutable=frozenset(
            {
                "AttributeDefinitions",
                "GlobalSecondaryIndexes",
                "KeySchema",
                "LocalSecondaryIndexes",
                "SSESpecification",
            }
        ),
        delete="dynamodb.DeleteTable",
        delete_input=lambda resource: {"TableName": resource.physical},
    ),
)
