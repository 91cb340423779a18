"""AWS::S3: buckets with what belongs to them, and their policies."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from twin.cloudformation.provider import Provider, Resource, Step, register, tag_list, update_in_steps

if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT_REGION = "us-east-1"
"""The only Region whose buckets are created without a location constraint."""

STEPS = {
    "BucketEncryption", "BucketName", "LifecycleConfiguration", "PublicAccessBlockConfiguration", "Tags",
    "VersioningConfiguration",
}  # fmt: skip


def bucket_input(resource: Resource) -> Mapping[str, Any]:
    """Builds CreateBucket's input."""
    given = {key: value for key, value in resource.properties.items() if key not in STEPS}
    given["Bucket"] = resource.properties["BucketName"]
    if resource.aws.region != DEFAULT_REGION:
        given["CreateBucketConfiguration"] = {"LocationConstraint": resource.aws.region}
    if "OwnershipControls" in given:
        given["ObjectOwnership"] = given.pop("OwnershipControls")["Rules"][0]["ObjectOwnership"]
    return given


def property_step(key: str, operation: str, member: str, *, build: Any = None) -> Step:
    """Returns the step that puts one property of a bucket."""

    def given(resource: Resource) -> Mapping[str, Any] | None:
        value = resource.properties.get(key)
        if value is None:
            return None
        return {"Bucket": resource.properties["BucketName"], member: build(value) if build else value}

    return Step(f"s3.{operation}", given)


def encryption_rules(value: Mapping[str, Any]) -> Mapping[str, Any]:
    """Renames the encryption rules as the API calls them."""
    renamed = {"ServerSideEncryptionByDefault": "ApplyServerSideEncryptionByDefault"}
    rules = value["ServerSideEncryptionConfiguration"]
    return {"Rules": [{renamed.get(key, key): item for key, item in rule.items()} for rule in rules]}


def lifecycle_rules(value: Mapping[str, Any]) -> Mapping[str, Any]:
    """Restructures lifecycle rules: CloudFormation's are flatter than the API's."""
    return {"Rules": [_lifecycle_rule(rule) for rule in value["Rules"]]}


def _lifecycle_rule(rule: Mapping[str, Any]) -> dict[str, Any]:
    renamed: dict[str, Any] = {}
    for key, item in rule.items():
        if key == "Id":
            renamed["ID"] = item
        elif key == "ExpirationInDays":
            renamed["Expiration"] = {"Days": item}
        elif key == "NoncurrentVersionExpirationInDays":
            renamed["NoncurrentVersionExpiration"] = {"NoncurrentDays": item}
        elif key == "Transitions":
            renamed["Transitions"] = [
                {"Days": t.get("TransitionInDays"), "StorageClass": t["StorageClass"]} for t in item
            ]
        elif key != "Prefix":
            renamed[key] = item
    renamed.setdefault("Filter", {"Prefix": rule.get("Prefix", "")})
    return renamed


def tags_input(resource: Resource) -> Mapping[str, Any] | None:
    """Builds PutBucketTagging's input."""
    tags = tag_list(resource)
    return {"Bucket": resource.properties["BucketName"], "Tagging": {"TagSet": tags}} if tags else None


def policy_input(resource: Resource) -> Mapping[str, Any]:
    """Builds PutBucketPolicy's input."""
    given = dict(resource.properties)
    return {"Policy": json.dumps(given.pop("PolicyDocument")), **given}


def empty_bucket(resource: Resource) -> None:
    """Does what a person must do before a bucket can be deleted; the simulated one is emptied for them."""
    client = resource.aws.client("s3")
    for item in client.list_object_versions(Bucket=resource.physical).get("Versions", []):
        client.delete_object(Bucket=resource.physical, Key=item["Key"], VersionId=item["VersionId"])


register(
    Provider(
        kind="AWS::S3::Bucket",
        create="s3.CreateBucket",
        name="BucketName",
        name_limit=63,
        ref="=BucketName",
        attributes={
            "Arn": lambda resource: f"arn:aws:s3:::{resource.properties['BucketName']}",
            "DomainName": lambda resource: f"{resource.properties['BucketName']}.s3.amazonaws.com",
            "RegionalDomainName": lambda resource: (
                f"{resource.properties['BucketName']}.s3.{resource.aws.region}.amazonaws.com"
            ),
        },
        adapt=bucket_input,
        not_emulated={
            "LoggingConfiguration": "access logs are not simulated",
            "ReplicationConfiguration": "the twin holds one Region a run",
            "NotificationConfiguration": "no capability reacts to objects",
        },
        then=(
            property_step("VersioningConfiguration", "PutBucketVersioning", "VersioningConfiguration"),
            property_step(
                "BucketEncryption",
                "PutBucketEncryption",
                "ServerSideEncryptionConfiguration",
                build=encryption_rules,
            ),
            property_step(
                "PublicAccessBlockConfiguration", "PutPublicAccessBlock", "PublicAccessBlockConfiguration"
            ),
            property_step(
                "LifecycleConfiguration",
                "PutBucketLifecycleConfiguration",
                "LifecycleConfiguration",
                build=lifecycle_rules,
            ),
            Step("s3.PutBucketTagging", tags_input),
        ),
        update=update_in_steps,
        immutable=frozenset({"ObjectLockEnabled", "OwnershipControls"}),
        before_delete=empty_bucket,
        delete="s3.DeleteBucket",
        delete_input=lambda resource: {"Bucket": resource.physical},
    ),
    Provider(
        kind="AWS::S3::BucketPolicy",
        create="s3.PutBucketPolicy",
        ref="=Bucket",
        adapt=policy_input,
        needs=frozenset({"Bucket", "PolicyDocument"}),
        update="s3.PutBucketPolicy",
        immutable=frozenset({"Bucket"}),
        delete="s3.DeleteBucketPolicy",
        delete_input=lambda resource: {"Bucket": resource.physical},
    ),
)
