"""AWS::SNS and AWS::SQS."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from twin.cloudformation import calls
from twin.cloudformation.provider import Made, Provider, nothing, register, tags_of

if TYPE_CHECKING:
    from collections.abc import Mapping

TOPIC_ATTRIBUTES = {
    "ContentBasedDeduplication", "DeliveryPolicy", "DisplayName", "FifoTopic", "KmsMasterKeyId", "SignatureVersion",
    "TracingConfig",
}  # fmt: skip
QUEUE_ATTRIBUTES = {
    "ContentBasedDeduplication", "DeduplicationScope", "DelaySeconds", "FifoQueue", "FifoThroughputLimit",
    "KmsDataKeyReusePeriodSeconds", "KmsMasterKeyId", "MaximumMessageSize", "MessageRetentionPeriod",
    "ReceiveMessageWaitTimeSeconds", "RedriveAllowPolicy", "RedrivePolicy", "SqsManagedSseEnabled", "VisibilityTimeout",
}  # fmt: skip
SUBSCRIPTION_ATTRIBUTES = {
    "DeliveryPolicy", "FilterPolicy", "FilterPolicyScope", "RawMessageDelivery", "RedrivePolicy", "SubscriptionRoleArn",
}  # fmt: skip
SSE = "SqsManagedSseEnabled"


def attribute_text(value: Any) -> str:
    """Writes an attribute's value as SNS and SQS want it: text, or JSON."""
    if isinstance(value, dict | list):
        return json.dumps(value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def split_attributes(made: Made, names: set[str], own_name: Mapping[str, str]) -> dict[str, Any]:
    """Puts the named properties under Attributes, as text, and leaves the others where they are."""
    given = made.properties
    attributes = {key: attribute_text(value) for key, value in given.items() if key in names}
    rest = {own_name.get(key, key): value for key, value in given.items() if key not in names}
    return {**rest, "Attributes": attributes} if attributes else rest


def topic_input(made: Made) -> Mapping[str, Any]:
    """Builds CreateTopic's input."""
    given = split_attributes(made, TOPIC_ATTRIBUTES, {"TopicName": "Name"})
    given.pop("Subscription", None)
    return given


def change_topic(made: Made) -> None:
    """Writes every attribute of a topic again."""
    for key in sorted(TOPIC_ATTRIBUTES & set(made.properties)):
        value = attribute_text(made.properties[key])
        given = {"TopicArn": made.physical, "AttributeName": key, "AttributeValue": value}
        calls.call(made.aws, "sns.SetTopicAttributes", given)


def subscribe(made: Made) -> None:
    """Subscribes what the topic's own property Subscription lists."""
    for written in made.properties.get("Subscription") or []:
        calls.call(made.aws, "sns.Subscribe", {"TopicArn": made.physical, **written})


def topic_policy(made: Made) -> None:
    """Puts a policy on every topic that it names."""
    policy = json.dumps(made.properties["PolicyDocument"])
    for topic in made.properties["Topics"]:
        given = {"TopicArn": topic, "AttributeName": "Policy", "AttributeValue": policy}
        calls.call(made.aws, "sns.SetTopicAttributes", given)


def first_topic(made: Made) -> Mapping[str, Any]:
    """Builds the first SetTopicAttributes' input of a policy."""
    strict = {key: value for key, value in made.properties.items() if key not in ("PolicyDocument", "Topics")}
    return {
        "TopicArn": made.properties["Topics"][0],
        "AttributeName": "Policy",
        "AttributeValue": json.dumps(made.properties["PolicyDocument"]),
        **strict,
    }


def queue_input(made: Made) -> Mapping[str, Any]:
    """Builds CreateQueue's input."""
    given = split_attributes(made, QUEUE_ATTRIBUTES, {})
    return {**given, "tags": tags_of(made.properties)} if given.pop("Tags", None) else given


def change_queue(made: Made) -> None:
    """Writes every attribute of a queue again."""
    attributes = {k: attribute_text(v) for k, v in made.properties.items() if k in QUEUE_ATTRIBUTES}
    calls.call(made.aws, "sqs.SetQueueAttributes", {"QueueUrl": made.physical, "Attributes": attributes})


def first_queue(made: Made) -> Mapping[str, Any]:
    """Builds the first SetQueueAttributes' input of a policy."""
    strict = {key: value for key, value in made.properties.items() if key not in ("PolicyDocument", "Queues")}
    policy = json.dumps(made.properties["PolicyDocument"])
    return {"QueueUrl": made.properties["Queues"][0], "Attributes": {"Policy": policy}, **strict}


def queue_policy(made: Made) -> None:
    """Puts a policy on every queue that it names."""
    for queue in made.properties["Queues"]:
        calls.call(made.aws, "sqs.SetQueueAttributes", {**first_queue(made), "QueueUrl": queue})


register(
    Provider(
        kind="AWS::SNS::Topic",
        create="sns.CreateTopic",
        name="TopicName",
        name_limit=256,
        ref="TopicArn",
        attributes={"TopicArn": "TopicArn", "TopicName": "=TopicName"},
        adapt=topic_input,
        not_emulated={
            "ArchivePolicy": "messages are on the timeline",
            "DataProtectionPolicy": "no message leaves the twin",
            "DeliveryStatusLogging": "deliveries are on the timeline",
        },
        finish=subscribe,
        update=change_topic,
        immutable=frozenset({"FifoTopic", "Subscription"}),
        delete="sns.DeleteTopic",
        delete_input=lambda made: {"TopicArn": made.physical},
    ),
    Provider(
        kind="AWS::SNS::Subscription",
        create="sns.Subscribe",
        ref="SubscriptionArn",
        attributes={"Arn": "SubscriptionArn"},
        adapt=lambda made: {
            **split_attributes(made, SUBSCRIPTION_ATTRIBUTES, {}),
            "ReturnSubscriptionArn": True,
        },
        not_emulated={"Region": "the twin holds one Region a run"},
        needs=frozenset({"Protocol", "TopicArn"}),
        delete="sns.Unsubscribe",
        delete_input=lambda made: {"SubscriptionArn": made.physical},
    ),
    Provider(
        kind="AWS::SNS::TopicPolicy",
        create="sns.SetTopicAttributes",
        ref=lambda made: made.logical,
        attributes={"Id": lambda made: made.logical},
        adapt=first_topic,
        needs=frozenset({"PolicyDocument", "Topics"}),
        finish=topic_policy,
        update=nothing,
    ),
    Provider(
        kind="AWS::SQS::Queue",
        create="sqs.CreateQueue",
        name="QueueName",
        name_limit=80,
        ref="QueueUrl",
        attributes={
            "Arn": lambda made: made.arn("sqs", made.properties["QueueName"]),
            "QueueName": "=QueueName",
            "QueueUrl": "QueueUrl",
        },
        adapt=queue_input,
        update=change_queue,
        immutable=frozenset({"FifoQueue", "Tags"}),
        delete="sqs.DeleteQueue",
        delete_input=lambda made: {"QueueUrl": made.physical},
    ),
    Provider(
        kind="AWS::SQS::QueuePolicy",
        create="sqs.SetQueueAttributes",
        ref=lambda made: made.logical,
        attributes={"Id": lambda made: made.logical},
        adapt=first_queue,
        needs=frozenset({"PolicyDocument", "Queues"}),
        finish=queue_policy,
        update=nothing,
    ),
)
