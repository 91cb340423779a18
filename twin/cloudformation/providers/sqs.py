"""AWS::SQS: queues and their policies."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from twin.cloudformation import calls
from twin.cloudformation.provider import Provider, Resource, register, tags_of, update_in_steps
from twin.cloudformation.providers.message_attributes import attribute_text, split_attributes

if TYPE_CHECKING:
    from collections.abc import Mapping

QUEUE_ATTRIBUTES = {
    "ContentBasedDeduplication", "DeduplicationScope", "DelaySeconds", "FifoQueue", "FifoThroughputLimit",
    "KmsDataKeyReusePeriodSeconds", "KmsMasterKeyId", "MaximumMessageSize", "MessageRetentionPeriod",
    "ReceiveMessageWaitTimeSeconds", "RedriveAllowPolicy", "RedrivePolicy", "SqsManagedSseEnabled",
    "VisibilityTimeout",
}  # fmt: skip


def queue_input(resource: Resource) -> Mapping[str, Any]:
    """Builds CreateQueue's input."""
    given = split_attributes(resource, QUEUE_ATTRIBUTES, {})
    return {**given, "tags": tags_of(resource.properties)} if given.pop("Tags", None) else given


def change_queue(resource: Resource) -> None:
    """Writes every attribute of a queue again."""
    attributes = {k: attribute_text(v) for k, v in resource.properties.items() if k in QUEUE_ATTRIBUTES}
    calls.call(
        resource.aws, "sqs.SetQueueAttributes", {"QueueUrl": resource.physical, "Attributes": attributes}
    )


def first_queue(resource: Resource) -> Mapping[str, Any]:
    """Builds the first SetQueueAttributes' input of a policy."""
    strict = {
        key: value for key, value in resource.properties.items() if key not in ("PolicyDocument", "Queues")
    }
    policy = json.dumps(resource.properties["PolicyDocument"])
    return {"QueueUrl": resource.properties["Queues"][0], "Attributes": {"Policy": policy}, **strict}


def queue_policy(resource: Resource) -> None:
    """Puts a policy on every queue that it names."""
    for queue in resource.properties["Queues"]:
        calls.call(resource.aws, "sqs.SetQueueAttributes", {**first_queue(resource), "QueueUrl": queue})


register(
    Provider(
        kind="AWS::SQS::Queue",
        create="sqs.CreateQueue",
        name="QueueName",
        name_limit=80,
        ref="QueueUrl",
        attributes={
            "Arn": lambda resource: resource.arn("sqs", resource.properties["QueueName"]),
            "QueueName": "=QueueName",
            "QueueUrl": "QueueUrl",
        },
        adapt=queue_input,
        update=change_queue,
        immutable=frozenset({"FifoQueue", "Tags"}),
        delete="sqs.DeleteQueue",
        delete_input=lambda resource: {"QueueUrl": resource.physical},
    ),
    Provider(
        kind="AWS::SQS::QueuePolicy",
        create="sqs.SetQueueAttributes",
        ref=lambda resource: resource.logical,
        attributes={"Id": lambda resource: resource.logical},
        adapt=first_queue,
        needs=frozenset({"PolicyDocument", "Queues"}),
        finish=queue_policy,
        update=update_in_steps,
    ),
)
