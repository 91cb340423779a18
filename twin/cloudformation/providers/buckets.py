"""AWS::S3: buckets with what belongs to them, and their policies."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from twin.cloudformation.provider import Made, Provider, Step, nothing, register, tags_of

if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT_REGION = "us-east-1"
"""The only Region whose buckets are created without a location constraint."""

STEPS = {
    "BucketEncryption", "BucketName", "LifecycleConfiguration", "PublicAccessBlockConfiguration", "Tags",
    "VersioningConfiguration",
}  # fmt: skip


def bucket_input(made: Made) -> Mapping[str, Any]:
    """Builds CreateBucket's input."""
    given = {key: value for key, value in made.properties.items() if key not in STEPS}
    given["Bucket"] = made.properties["BucketName"]
    if made.aws.region != DEFAULT_REGION:
        given["CreateBucketConfiguration"] = {"LocationConstraint": made.aws.region}
    if "OwnershipControls" in given:
        given["ObjectOwnership"] = given.pop("OwnershipControls")["Rules"][0]["ObjectOwnership"]
    return given


def part(key: str, operation: str, member: str, *, build: Any = None) -> Step:
    """Returns the step that puts one property of a bucket."""

    def given(made: Made) -> Mapping[str, Any] | None:
        value = made.properties.get(key)
        if value is None:
            return None
        return {"Bucket": made.properties["BucketName"], member: build(value) if build else value}

    return Step(f"s3.{operation}", given)


def encryption(value: Mapping[str, Any]) -> Mapping[str, Any]:
    """Renames the encryption rules as the API calls them."""
    renamed = {"ServerSideEncryptionByDefault": "ApplyServerSideEncryptionByDefault"}
    rules = value["ServerSideEncryptionConfiguration"]
    return {"Rules": [{renamed.get(key, key): item for key, item in rule.items()} for rule in rules]}


def lifecycle(value: Mapping[str, Any]) -> Mapping[str, Any]:
    """Restructures lifecycle rules: CloudFormation's are flatter than the API's."""
    return {"Rules": [_lifecycle_rule(rule) for rule in value["Rules"]]}


def _lifecycle_rule(rule: Mapping[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for key, item in rule.items():
        if key == "Id":
            made["ID"] = item
        elif key == "ExpirationInDays":
            made["Expiration"] = {"Days": item}
        elif key == "NoncurrentVersionExpirationInDays":
            made["NoncurrentVersionExpiration"] = {"NoncurrentDays": item}
        elif key == "Transitions":
            made["Transitions"] = [
                {"Days": t.get("TransitionInDays"), "StorageClass": t["StorageClass"]} for t in item
            ]
        elif key != "Prefix":
            made[key] = item
    made.setdefault("Filter", {"Prefix": rule.get("Prefix", "")})
    return made


def tag_step(made: Made) -> Mapping[str, Any] | None:
    """Builds PutBucketTagging's input."""
    tags = [{"Key": key, "Value": value} for key, value in tags_of(made.properties).items()]
    return {"Bucket": made.properties["BucketName"], "Tagging": {"TagSet": tags}} if tags else None


def policy_input(made: Made) -> Mapping[str, Any]:
    """Builds PutBucketPolicy's input."""
    given = dict(made.properties)
    return {"Policy": json.dumps(given.pop("PolicyDocument")), **given}


def empty(made: Made) -> None:
    """Does what a person must do before a bucket can be deleted; the simulated one is emptied for them."""
    client = made.aws.client("s3")
    for item in client.list_object_versions(Bucket=made.physical).get("Versions", []):
        client.delete_object(Bucket=made.physical, Key=item["Key"], VersionId=item["VersionId"])


register(
    Provider(
        kind="AWS::S3::Bucket",
        create="s3.CreateBucket",
        name="BucketName",
        name_limit=63,
        ref="=BucketName",
        attributes={
            "Arn": lambda made: f"arn:aws:s3:::{made.properties['BucketName']}",
            "DomainName": lambda made: f"{made.properties['BucketName']}.s3.amazonaws.com",
            "RegionalDomainName": lambda made: (
                f"{made.properties['BucketName']}.s3.{made.aws.region}.amazonaws.com"
            ),
        },
        adapt=bucket_input,
        not_emulated={
            "LoggingConfiguration": "access logs are not simulated",
            "ReplicationConfiguration": "the twin holds one Region a run",
            "NotificationConfiguration": "no capability reacts to objects",
        },
        then=(
            part("VersioningConfiguration", "PutBucketVersioning", "VersioningConfiguration"),
            part(
                "BucketEncryption",
                "PutBucketEncryption",
                "ServerSideEncryptionConfiguration",
                build=encryption,
            ),
            part("PublicAccessBlockConfiguration", "PutPublicAccessBlock", "PublicAccessBlockConfiguration"),
            part(
                "LifecycleConfiguration",
                "PutBucketLifecycleConfiguration",
                "LifecycleConfiguration",
                build=lifecycle,
            ),
            Step("s3.PutBucketTagging", tag_step),
        ),
        update=nothing,
        immutable=frozenset({"ObjectLockEnabled", "OwnershipControls"}),
        before_delete=empty,
        delete="s3.DeleteBucket",
        delete_input=lambda made: {"Bucket": made.physical},
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
        delete_input=lambda made: {"Bucket": made.physical},
    ),
)
