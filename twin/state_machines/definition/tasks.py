"""Task states: which resources the twin can run, and which of their parameters it does not drop."""

from __future__ import annotations

import functools
import json
from typing import TYPE_CHECKING, Any

import botocore.session

from twin.state_machines.integrations import botocore_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

TOKEN = ".waitForTaskToken"  # noqa: S105 - a pattern's name
_ITEM = {"Key", "TableName", "ReturnConsumedCapacity", "ReturnItemCollectionMetrics", "ReturnValues"} | {
    "ConditionExpression",
    "ConditionalOperator",
    "Expected",
    "ExpressionAttributeNames",
    "ExpressionAttributeValues",
}
_READ = {"TableName", "Key", "AttributesToGet", "ConsistentRead", "ReturnConsumedCapacity"}
PARAMETERS: dict[str, set[str]] = {
    "lambda:invoke": {"FunctionName", "Payload", "Qualifier", "ClientContext"},
    "states:startExecution": {"StateMachineArn", "Input", "Name"},
    "sns:publish": {"TopicArn", "TargetArn", "PhoneNumber", "Message", "Subject"}
    | {"MessageAttributes", "MessageStructure", "MessageDeduplicationId", "MessageGroupId"},
    "sqs:sendMessage": {"QueueUrl", "MessageBody", "DelaySeconds", "MessageAttributes"}
    | {"MessageDeduplicationId", "MessageGroupId"},
    "events:putEvents": {"Entries"},
    "dynamodb:getItem": _READ | {"ExpressionAttributeNames", "ProjectionExpression"},
    "dynamodb:putItem": _ITEM - {"Key"} | {"Item"},
    "dynamodb:updateItem": _ITEM | {"AttributeUpdates", "UpdateExpression"},
    "dynamodb:deleteItem": _ITEM,
}
"""The optimised integrations that the twin has, with the parameters that reach the service."""

_PATTERNS: dict[str, tuple[str, ...]] = {
    "lambda:invoke": ("", TOKEN),
    "states:startExecution": ("", TOKEN, ".sync", ".sync:2"),
    "sns:publish": ("", TOKEN),
    "sqs:sendMessage": ("", TOKEN),
    "events:putEvents": ("", TOKEN),
}


def task_findings(state: Mapping[str, Any], here: str) -> Iterator[str]:
    """Yields what is wrong with a Task's resource and parameters."""
    resource = state.get("Resource")
    if not isinstance(resource, str):
        yield f"{here}: a Task needs a Resource."
        return
    timeout, heartbeat = state.get("TimeoutSeconds"), state.get("HeartbeatSeconds")
    if isinstance(timeout, int) and isinstance(heartbeat, int) and heartbeat >= timeout:
        yield f"{here}: HeartbeatSeconds is {heartbeat}; it is less than TimeoutSeconds, {timeout}."
    given = state.get("Parameters", state.get("Arguments"))
    if resource.endswith(TOKEN) and "ask.Token" not in json.dumps(given):
        yield f"{here}: nothing passes the token on ($$.Task.Token), so that the execution waits for ever."
    if ":states:::" not in resource:
        if ":function:" not in resource and "${" not in resource:
            yield f"{here}: the twin cannot run the resource {resource}."
        return
    service = resource.split(":states:::", 1)[1]
    if service.startswith("aws-sdk:"):
        yield from _sdk(service, here)
        return
    name, dot, pattern = service.partition(".")
    if dot + pattern not in _PATTERNS.get(name, ("",) if name in PARAMETERS else ()):
        yield f"{here}: the twin has no integration {service}."
    elif isinstance(given, dict):
        for field in sorted({key.removesuffix(".$") for key in given} - PARAMETERS[name]):
            yield f"{here}: the twin does not pass on the parameter {field} of {name}."


def _sdk(service: str, here: str) -> Iterator[str]:
    _, _, rest = service.partition(":")
    name, _, operation = rest.partition(":")
    operation, _, pattern = operation.partition(".")
    if pattern.startswith("sync"):
        yield f"{here}: aws-sdk integrations have no .sync; poll, or wait for a task token."
    elif operation.lower() not in _operations(botocore_name(name)):
        yield f"{here}: AWS has no aws-sdk:{name}:{operation}."


@functools.cache
def _operations(service: str) -> frozenset[str]:
    session = botocore.session.get_session()
    if service not in session.get_available_services():
        return frozenset()
    return frozenset(name.lower() for name in session.get_service_model(service).operation_names)
