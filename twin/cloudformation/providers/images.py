"""AWS::ECR: repositories of images, and where their copies go."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from twin.cloudformation import calls
from twin.cloudformation.provider import Made, Provider, Step, register

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ELSEWHERE = frozenset({"EmptyOnDelete", "LifecyclePolicy", "RepositoryPolicyText"})


def lifecycle(made: Made) -> Mapping[str, Any] | None:
    """Builds PutLifecyclePolicy's input."""
    text = (made.properties.get("LifecyclePolicy") or {}).get("LifecyclePolicyText")
    return (
        {"repositoryName": made.properties["RepositoryName"], "lifecyclePolicyText": text} if text else None
    )


def access(made: Made) -> Mapping[str, Any] | None:
    """Builds SetRepositoryPolicy's input."""
    policy = made.properties.get("RepositoryPolicyText")
    return {"repositoryName": made.properties["RepositoryName"], "policyText": policy} if policy else None


def check_lifecycle(made: Made) -> Iterator[tuple[str, str]]:
    """Reports a lifecycle policy that is no JSON with rules."""
    text = (made.properties.get("LifecyclePolicy") or {}).get("LifecyclePolicyText")
    if isinstance(text, str):
        try:
            rules = json.loads(text)["rules"]
        except (ValueError, LookupError, TypeError) as error:
            yield "LifecyclePolicy", f"the lifecycle policy is no JSON with rules ({error}): correct it"
            return
        if not rules:
            yield "LifecyclePolicy", "the lifecycle policy has no rule: add one"


def change_repository(made: Made) -> None:
    """Changes whether tags may be moved, and whether images are scanned."""
    name = {"repositoryName": made.physical}
    mutability = {**name, "imageTagMutability": made.properties.get("ImageTagMutability", "MUTABLE")}
    calls.call(made.aws, "ecr.PutImageTagMutability", mutability)
    scanning = made.properties.get("ImageScanningConfiguration") or {"ScanOnPush": False}
    given = {**name, "imageScanningConfiguration": scanning}
    calls.call(made.aws, "ecr.PutImageScanningConfiguration", given)


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
        then=(Step("ecr.PutLifecyclePolicy", lifecycle), Step("ecr.SetRepositoryPolicy", access)),
        update=change_repository,
        immutable=frozenset({"EncryptionConfiguration"}),
        delete="ecr.DeleteRepository",
        delete_input=lambda made: {
            "repositoryName": made.physical,
            "force": bool(made.properties.get("EmptyOnDelete", False)),
        },
    ),
    Provider(
        kind="AWS::ECR::ReplicationConfiguration",
        create="ecr.PutReplicationConfiguration",
        ref=lambda made: made.aws.account,
        attributes={"RegistryId": lambda made: made.aws.account},
        update="ecr.PutReplicationConfiguration",
        delete="ecr.PutReplicationConfiguration",
        delete_input=lambda _: {"replicationConfiguration": {"rules": []}},
    ),
)
