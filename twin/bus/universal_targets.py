"""EventBridge Scheduler's universal targets: `arn:aws:scheduler:::aws-sdk:<service>:<operation>`."""

from __future__ import annotations

import functools

from twin.cloudformation import calls

NAMES = {"sfn": "stepfunctions", "cloudwatchlogs": "logs", "eventbridge": "events"}
"""Services that the scheduler names otherwise than botocore does."""
LENGTH = 8
"""The parts of such an ARN."""


@functools.cache
def operation_of(arn: str) -> str:
    """Returns `service.Operation` of a universal target.

    Raises:
        LookupError: With a sentence: there is no such service or operation, or it only reads.
    """
    parts = arn.split(":")
    if not arn.startswith("arn:aws:scheduler:::aws-sdk:") or len(parts) != LENGTH:
        raise LookupError(
            f"{arn} is no universal target: write arn:aws:scheduler:::aws-sdk:service:operation"
        )
    service, name = NAMES.get(parts[-2], parts[-2]), parts[-1]
    if name.startswith(("get", "describe", "list")):
        raise LookupError(f"{arn}: the scheduler refuses operations that only read")
    try:
        known = calls.service_model(service).operation_names
    except Exception as error:
        raise LookupError(f"{arn}: there is no AWS service {parts[-2]}: correct it") from error
    exact = next((operation for operation in known if operation[:1].lower() + operation[1:] == name), None)
    if exact is None:
        raise LookupError(f"{arn}: {service} has no operation {name}: correct it")
    return f"{service}.{exact}"
