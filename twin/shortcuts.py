"""The calls a week makes by the thousand, without their way over HTTP to moto and back.

A shortcut asks moto's own code for the answer; only serialising, signing and routing are left out. What
it is not sure of (an error, bytes, parameters that are not yet on the wire's format) takes the long way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.dynamodb.responses import DynamoHandler
from moto.stepfunctions.parser.models import stepfunctions_parser_backends

if TYPE_CHECKING:
    from twin.api_calls import ApiCalls, CallContext

__all__ = ["install"]

_DYNAMODB = {
    "GetItem": "get_item",
    "PutItem": "put_item",
    "UpdateItem": "update_item",
    "DeleteItem": "delete_item",
    "Query": "query",
}


def install(api_calls: ApiCalls) -> None:
    """Will let DynamoDB's item operations and StartExecution take the short way."""
    for operation, method in _DYNAMODB.items():
        api_calls.shortcut("dynamodb", operation, _dynamodb(method))
    api_calls.shortcut("stepfunctions", "StartExecution", _start_execution)


def _dynamodb(method: str) -> Any:
    def answer(params: dict[str, Any], context: CallContext) -> dict[str, Any]:
        handler = DynamoHandler()
        handler.current_account, handler.region = context.account, context.region
        handler.body = handler.params = _copy(params)
        answered: dict[str, Any] = _copy(getattr(handler, method)().result)
        return answered

    return answer


def _start_execution(params: dict[str, Any], context: CallContext) -> dict[str, Any]:
    backend: Any = stepfunctions_parser_backends[context.account][context.region]
    execution = backend.start_execution(
        params["stateMachineArn"], params.get("name"), params.get("input", "{}")
    )
    return {"executionArn": execution.execution_arn, "startDate": execution.start_date}


def _copy(value: Any) -> Any:
    """Will copy what JSON can hold.

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
