"""Calls of AWS services by Task states: names in the SDK's case, values as JSON, errors as AWS names them."""

from __future__ import annotations

import datetime as dt
import functools
import re
import sys
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from twin.identity import environment_of
from twin.state_machines import moto_names as moto
from twin.state_machines.failures import failure

if TYPE_CHECKING:
    from twin.patches import Patches

_BOTO_NAMES = {
    "sfn": "stepfunctions",
    "states": "stepfunctions",
    "eventbridge": "events",
    "cloudwatchlogs": "logs",
    "elasticloadbalancingv2": "elbv2",
    "costexplorer": "ce",
}
"""Where a state machine's name of a service differs from botocore's."""

_ERROR_PREFIXES = {
    "cloudwatch": "CloudWatch",
    "cloudwatchlogs": "CloudWatchLogs",
    "dynamodb": "DynamoDb",
    "eventbridge": "EventBridge",
    "secretsmanager": "SecretsManager",
    "elasticache": "ElastiCache",
    "elasticloadbalancingv2": "ElasticLoadBalancingV2",
    "autoscaling": "AutoScaling",
    "cloudformation": "CloudFormation",
}
"""Where an error's prefix is more than the service's name with a capital."""


def botocore_name(service: str) -> str:
    """Returns botocore's name of a service, by a state machine's."""
    return _BOTO_NAMES.get(service, service)


@functools.cache
def _client(region: str, service: str, role: str) -> Any:
    # Clients hold no state of a twin, and each takes tens of milliseconds to make.
    keys = environment_of(role)
    make: Any = boto3.client  # its stubs know one literal per service; these names come from a definition
    client: Any = make(
        service,
        region_name=region,
        aws_access_key_id=keys["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=keys["AWS_SECRET_ACCESS_KEY"],
        config=Config(retries={"total_max_attempts": 1}),
    )
    client.meta.events.register("after-call", _with_request_id)
    return client


def _with_request_id(parsed: dict[str, Any], **_: Any) -> None:
    # An error that moto answers by itself has none, and its interpreter reads it.
    parsed.setdefault("ResponseMetadata", {}).setdefault("RequestId", "00000000-0000-0000-0000-000000000000")


def _operation(task: Any, service: str | None, action: str | None) -> Any:
    name, method = task._get_boto_service_name(service), task._get_boto_service_action(action)
    client = _client("us-east-1", name, "shape")
    operation = client.meta.method_to_api_mapping.get(method)
    return client.meta.service_model.operation_model(operation) if operation else None


def _plain(value: Any) -> Any:
    """Returns a copy of a response in what JSON can say."""
    match value:
        case dict():
            return {key: _plain(item) for key, item in value.items()}
        case list() | tuple():
            return [_plain(item) for item in value]
        case dt.datetime():
            return value.astimezone(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        case bytes():
            return value.decode("utf-8", "replace")
    return value


def _error_prefix(service: str) -> str:
    return _ERROR_PREFIXES.get(service.lower(), service[:1].upper() + service[1:])


def _error_name(prefix: str, error: ClientError) -> str:
    # As the SDK for Java names the class: DBInstanceNotFoundFault becomes DbInstanceNotFoundException.
    name = type(error).__name__
    if name == "ClientError":
        name = str(error.response["Error"]["Code"]).split(".")[-1]
    name = re.sub(r"([A-Z]+)([A-Z][a-z])", lambda match: match[1].capitalize() + match[2], name)
    return f"{prefix}.{re.sub(r'(Fault|Exception)$', '', name)}Exception"


def patch(patches: Patches) -> None:
    """Makes aws-sdk and optimised integrations speak as AWS does."""

    def normalise_parameters(
        task: Any, parameters: Any, boto_service_name: Any = None, service_action_name: Any = None
    ) -> None:
        model = _operation(task, boto_service_name, service_action_name)
        if model is not None and model.input_shape is not None:
            task._to_boto_request(parameters, model.input_shape)

    def normalise_response(
        task: Any, response: Any, boto_service_name: Any = None, service_action_name: Any = None
    ) -> None:
        if not isinstance(response, dict):
            return
        model = _operation(task, boto_service_name, service_action_name)
        for key in response:
            response[key] = task._from_boto_response_value(response[key])
        response.update(_plain(response))  # copies: what an overlay returns may be its own state
        if model is not None and model.output_shape is not None:
            task._from_boto_response(response, model.output_shape)

    def client_for(region: str, service: str, state_credentials: Any = None) -> Any:
        return _client(region, service, getattr(state_credentials, "role_arn", None) or "states")

    _patch_absent(patches)
    patches.set(moto.StateTaskService, "_SERVICE_NAME_SFN_TO_BOTO_OVERRIDES", _BOTO_NAMES)
    patches.set(moto.StateTaskService, "_normalise_parameters", normalise_parameters)
    patches.set(moto.StateTaskService, "_normalise_response", normalise_response)
    sdk = moto.StateTaskServiceAwsSdk
    patches.set(sdk, "_normalise_service_error_name", staticmethod(_error_prefix))
    patches.set(sdk, "_normalise_exception_name", staticmethod(_error_name))
    for module in [module for name, module in sys.modules.items() if name.startswith(moto.INTERPRETER)]:
        if "boto_client_for" in vars(module):
            patches.set(module, "boto_client_for", client_for)


def _patch_absent(patches: Patches) -> None:
    def telling(from_error: Any) -> Any:
        def from_error_of_ours(state: Any, env: Any, ex: Exception) -> Any:
            if _is_absent(ex) and isinstance(state, moto.StateTaskService):
                action = state.resource.api_action
                called = f"{state.resource.api_name}:{action[:1].upper()}{action[1:]}"
                cause = f"the twin does not emulate {called}"
                ex = failure(env, moto.StatesErrorNameType.StatesRuntime, cause)
            return from_error(state, env, ex)

        return from_error_of_ours

    for owner in (moto.ExecutionState, moto.StateTaskServiceAwsSdk):
        patches.set(owner, "_from_error", telling(owner._from_error))


def _is_absent(error: Exception) -> bool:
    """Returns whether moto lacks the operation: it raises so, or answers so over REST."""
    if isinstance(error, ClientError):
        return bool(error.response["Error"].get("Message") == "Not yet implemented")
    return isinstance(error, NotImplementedError)
