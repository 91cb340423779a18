"""AWS::SNS: topics, subscriptions and policies."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from twin.cloudformation import calls
from twin.cloudformation.provider import Provider, Resource, register, update_in_steps
from twin.cloudformation.providers.message_attributes import attribute_text, split_attributes

if TYPE_CHECKING:
    from collections.abc import Mapping


TOPIC_ATTRIBUTES = {
    "ContentBasedDeduplication", "DeliveryPolicy", "DisplayName", "FifoTopic", "KmsMasterKeyId",
    "SignatureVersion", "TracingConfig",
}  # fmt: skip
SUBSCRIPTION_ATTRIBUTES = {
    "DeliveryPolicy", "FilterPolicy", "FilterPolicyScope", "RawMessageDelivery", "RedrivePolicy",
    "SubscriptionRoleArn",
}  # fmt: skip


def topic_input(resource: Resource) -> Mapping[str, Any]:
    """Builds CreateTopic's input."""
    given = split_attributes(resource, TOPIC_ATTRIBUTES, {"TopicName": "Name"})
    given.pop("Subscription", None)
    return given


def change_topic(resource: Resource) -> None:
    """Writes every attribute of a topic again."""
    for key in sorted(TOPIC_ATTRIBUTES & set(resource.properties)):
        value = attribute_text(resource.properties[key])
        given = {"TopicArn": resource.physical, "AttributeName": key, "AttributeValue": value}
        calls.call(resource.aws, "sns.SetTopicAttributes", given)


def subscribe(resource: Resource) -> None:
    """Subscribes what the topic's own property Subscription lists."""
    for written in resource.properties.get("Subscription") or []:
        calls.call(resource.aws, "sns.Subscribe", {"TopicArn": resource.physical, **written})


def topic_policy(resource: Resource) -> None:
    """Puts a policy on every topic that it names."""
    policy = json.dumps(resource.properties["PolicyDocument"])
    for topic in resource.properties["Topics"]:
        given = {"TopicArn": topic, "AttributeName": "Policy", "AttributeValue": policy}
        calls.call(resource.aws, "sns.SetTopicAttributes", given)


def first_topic(resource: Resource) -> Mapping[str, Any]:
    """Builds the first SetTopicAttributes' input of a policy."""
    strict = {
        key: value for key, value in resource.properties.items() if key not in ("PolicyDocument", "Topics")
    }
    return {
        "TopicArn": resource.properties["Topics"][0],
        "AttributeName": "Policy",
        "AttributeValue": json.dumps(resource.properties["PolicyDocument"]),
        **strict,
    }


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
        delete_input=lambda resource: {"TopicArn": resource.physical},
    ),
    Provider(
        kind="AWS::SNS::Subscription",
        create="sns.Subscribe",
        ref="SubscriptionArn",
        attributes={"Arn": "SubscriptionArn"},
        adapt=lambda resource: {
            **split_attributes(resource, SUBSCRIPTION_ATTRIBUTES, {}),
            "ReturnSubscriptionArn": True,
        },
        not_emulated={"Region": "the twin holds one Region a run"},
        needs=frozenset({"Protocol", "TopicArn"}),
        delete="sns.Unsubscribe",
        delete_input=lambda resource: {"SubscriptionArn": resource.physical},
    ),
    Provider(
        kind="AWS::SNS::TopicPolicy",
        create="sns.SetTopicAttributes",
        ref=lambda resource: resource.logical,
        attributes={"Id": lambda resource: resource.logical},
        adapt=first_topic,
        needs=frozenset({"PolicyDocument", "Topics"}),
        finish=topic_policy,
        update=update_in_steps,
    ),
)
