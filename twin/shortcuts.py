"""The calls a week makes by the thousand, without their way over HTTP to moto and back.

A shortcut asks moto's own code for the answer; only serialising, signing and routing are left out. The Query
that every tick makes, of a whole partition, reads moto's items without the copies and sums that a filter or a
page would need. What a shortcut is not sure of (an error, bytes, parameters that are not yet on the wire's
format) takes the long way.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.models.dynamo_type import DynamoType
from moto.dynamodb.responses import DynamoHandler
from moto.iam.models import iam_backends

from twin.state_machines.moto_names import models

if TYPE_CHECKING:
    from twin.api_calls import ApiCalls
    from twin.api_records import CallContext


_DYNAMODB = {
    "GetItem": "get_item",
    "PutItem": "put_item",
    "UpdateItem": "update_item",
    "DeleteItem": "delete_item",
}
_WHOLE_PARTITION = re.compile(r"\s*(\w+)\s*=\s*(:\w+)\s*")
_OF_A_PARTITION = {"TableName", "ConsistentRead", "KeyConditionExpression", "ExpressionAttributeValues"}
_PAGE = 1_000_000
"""Characters of JSON that surely fit a page: DynamoDB cuts at 1 MB, and counts less than the JSON has."""


def install(api_calls: ApiCalls) -> None:
    """Lets DynamoDB's item operations and StartExecution take the short way."""
    for operation, method in _DYNAMODB.items():
        api_calls.shortcut("dynamodb", operation, _dynamodb(method))
    api_calls.shortcut("dynamodb", "Query", _query)
    api_calls.shortcut("stepfunctions", "StartExecution", _start_execution)
    api_calls.shortcut("iam", "AttachRolePolicy", _attach_role_policy)


def _dynamodb(method: str) -> Any:
    def answer(params: dict[str, Any], context: CallContext) -> dict[str, Any]:
        handler = DynamoHandler()
        handler.current_account, handler.region = context.account, context.region
        handler.body = handler.params = _copy(params)
        answered: dict[str, Any] = _copy(getattr(handler, method)().result)
        return answered

    return answer


def _query(params: dict[str, Any], context: CallContext) -> dict[str, Any]:
    """Answers the Query of a whole partition, in the order of its sort key.

    Raises:
        LookupError: It is another Query, or its answer may not fit a page.
    """
    table: Any = dynamodb_backends[context.account][context.region].get_table(params["TableName"])
    asked = _WHOLE_PARTITION.fullmatch(params.get("KeyConditionExpression", ""))
    values = params.get("ExpressionAttributeValues", {})
    if (
        asked is None
        or not params.keys() <= _OF_A_PARTITION
        or values.keys() != {asked[2]}
        or (asked[1], table.range_key_type) != (table.hash_key_attr, "S")
        or values[asked[2]].keys() != {table.hash_key_type}
    ):
        raise LookupError("another Query")
    partition = table.items.get(DynamoType(values[asked[2]]), {})
    ordered = sorted(partition.items(), key=lambda entry: entry[0].value)
    items = [{name: _attribute(value) for name, value in item.attrs.items()} for _, item in ordered]
    if len(json.dumps(items)) >= _PAGE:
        raise LookupError("more than a page")
    return {"Items": items, "Count": len(items), "ScannedCount": len(items)}


def _attribute(value: Any) -> dict[str, Any]:
    kind, inside = value.type, value.value
    if kind == "M":
        return {kind: {name: _attribute(part) for name, part in inside.items()}}
    if kind == "L":
        return {kind: [_attribute(part) for part in inside]}
    return {kind: _copy(inside)}


def _start_execution(params: dict[str, Any], context: CallContext) -> dict[str, Any]:
    backend: Any = models.stepfunctions_parser_backends[context.account][context.region]
    execution = backend.start_execution(
        params["stateMachineArn"], params.get("name"), params.get("input", "{}")
    )
    return {"executionArn": execution.execution_arn, "startDate": execution.start_date}


def _attach_role_policy(params: dict[str, Any], context: CallContext) -> dict[str, Any]:
    """Attaches a policy, which a world does by the hundred while it opens."""
    backend: Any = iam_backends[context.account]["aws"]
    backend.attach_role_policy(params["PolicyArn"], params["RoleName"])
    return {}


def _copy(value: Any) -> Any:
    """Copies what JSON can hold.

    Raises:
        TypeError: Something else is in it, which the wire would have encoded.
    """
    kind = type(value)
    if kind is dict:
        return {key: _copy(item) for key, item in value.items()}
    if kind is list:
        return [_copy(item) for item in value]
    if kind in _PLAIN:
        return value
    raise TypeError(kind.__name__)


_PLAIN = {str, int, float, bool, type(None)}
