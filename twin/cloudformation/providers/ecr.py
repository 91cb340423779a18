"""AWS::ECR: repositories of images, and where their copies go."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from twin.cloudformation import calls
from twin.cloudformation.provider import Provider, Resource, Step, register

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ELSEWHERE = frozenset({"EmptyOnDelete", "LifecyclePolicy", "RepositoryPolicyText"})


def lifecycle_input(resource: Resource) -> Mapping[str, Any] | None:
    """Builds PutLifecyclePolicy's input."""
    text = (resource.properties.get("LifecyclePolicy") or {}).get("LifecyclePolicyText")
    return (
        {"repositoryName": resource.properties["RepositoryName"], "lifecyclePolicyText": text}
        if text
        else None
    )


def policy_input(resource: Resource) -> Mapping[str, Any] | None:
    """Builds SetRepositoryPolicy's input."""
    policy = resource.properties.get("RepositoryPolicyText")
    return {"repositoryName": resource.properties["RepositoryName"], "policyText": policy} if policy else None


def check_lifecycle(resource: Resource) -> Iterator[tuple[str, str]]:
    """Reports a lifecycle policy that is no JSON with rules."""
    text = (resource.properties.get("LifecyclePolicy") or {}).get("LifecyclePolicyText")
    if isinstance(text, str):
        try:
            rules = json.loads(text)["rules"]
        except (ValueError, LookupError, TypeError) as error:
            yield "LifecyclePolicy", f"the lifecycle policy is no JSON with rules ({error}): correct it"
            return
        if not rules:
            yield "LifecyclePolicy", "the lifecycle policy has no rule: add one"


def change_repository(resource: Resource) -> None:
    """Changes whether tags may be moved, and whether images are scanned."""
    name = {"repositoryName": resource.physical}
    mutability = {**name, "imageTagMutability": resource.properties.get("ImageTagMutability", "MUTABLE")}
    calls.call(resource.aws, "ecr.PutImageTagMutability", mutability)
    scanning = resource.properties.get("ImageScanningConfiguration") or {"ScanOnPush": False}
    given = {**name, "imageScanningConfiguration": scanning}
    calls.call(resource.aws, "ecr.PutImageScanningConfiguration", given)


register(
    Provider(
        kind="AWS::ECR::Repository",
        create="ecr.CreateRepository",
        name="RepositoryName",
        name_limit=256,
        ref="repository.repositoryName",
        attributes={"Arn": "repository.repositoryArn", "RepositoryUri": "repository.repositoryUri"},
        elsewhere=ELSEWHERE,
        checks=(check_lifecycle,),
        then=(Step("ecr.PutLifecyclePolicy", lifecycle_input), Step("ecr.SetRepositoryPolicy", policy_input)),
        update=change_repository,
        immutable=frozenset({"EncryptionConfiguration"}),
        delete="ecr.DeleteRepository",
        delete_input=lambda resource: {
            "repositoryName": resource.physical,
            "force": bool(resource.properties.get("EmptyOnDelete", False)),
        },
    ),
    Provider(
        kind="AWS::ECR::ReplicationConfiguration",
        create="ecr.PutReplicationConfiguration",
        ref=lambda resource: resource.aws.account,
        attributes={"RegistryId": lambda resource: resource.aws.account},
        update="ecr.PutReplicationConfiguration",
        delete="ecr.PutReplicationConfiguration",
        delete_input=lambda _: {"replicationConfiguration": {"rules": []}},
    ),
)
