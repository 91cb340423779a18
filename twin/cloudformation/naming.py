"""What a stack calls itself and its resources: pseudo parameters, and names for those that have none."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from twin.cloudformation.provider import Aws, Provider


def pseudo_parameters(aws: Aws, stack: str) -> dict[str, Any]:
    """Returns the pseudo parameters of a stack."""
    return {
        "AWS::AccountId": aws.account,
        "AWS::NoValue": None,
        "AWS::NotificationARNs": [],
        "AWS::Partition": "aws",
        "AWS::Region": aws.region,
        "AWS::StackId": f"arn:aws:cloudformation:{aws.region}:{aws.account}:stack/{stack}/twin",
        "AWS::StackName": stack,
        "AWS::URLSuffix": "amazonaws.com",
    }


def with_name(properties: Mapping[str, Any], provider: Provider, stack: str, logical: str) -> dict[str, Any]:
    """Returns the properties, with the made-up name of a resource that has none of its own."""
    if provider.name is None or properties.get(provider.name):
        return dict(properties)
    return {provider.name: made_up_name(stack, logical, provider.name_limit), **properties}


def made_up_name(stack: str, logical: str, limit: int) -> str:
    """Returns a stable physical name, as CloudFormation does with a random end."""
    end = hashlib.sha256(f"{stack}/{logical}".encode()).hexdigest()[:8]
    return f"{stack}-{logical}"[: limit - 9] + f"-{end}"
