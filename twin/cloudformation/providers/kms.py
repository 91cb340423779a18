"""AWS::KMS."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin.cloudformation import calls
from twin.cloudformation.provider import Provider, Resource, Step, register
from twin.cloudformation.providers.policy_documents import check_documents, policy_text

if TYPE_CHECKING:
    from collections.abc import Mapping

KEY_STEPS = {"EnableKeyRotation", "PendingWindowInDays", "RotationPeriodInDays", "Tags"}


def key_input(resource: Resource) -> Mapping[str, Any]:
    """Builds CreateKey's input."""
    given = {key: value for key, value in resource.properties.items() if key not in KEY_STEPS}
    tags = [{"TagKey": tag["Key"], "TagValue": tag["Value"]} for tag in resource.properties.get("Tags") or []]
    policy = given.pop("KeyPolicy", None)
    return {
        **given,
        **({"Tags": tags} if tags else {}),
        **({"Policy": policy_text(policy)} if policy else {}),
    }


def rotation_input(resource: Resource) -> dict[str, Any] | None:
    """Builds EnableKeyRotation's input."""
    if resource.properties.get("EnableKeyRotation") not in (True, "true"):
        return None
    days = resource.properties.get("RotationPeriodInDays")
    return {"KeyId": resource.physical, **({"RotationPeriodInDays": days} if days else {})}


def change_key(resource: Resource) -> None:
    """Writes a key's policy and description again."""
    if "KeyPolicy" in resource.properties:
        given = {
            "KeyId": resource.physical,
            "PolicyName": "default",
            "Policy": policy_text(resource.properties["KeyPolicy"]),
        }
        calls.call(resource.aws, "kms.PutKeyPolicy", given)
    description = {"KeyId": resource.physical, "Description": resource.properties.get("Description", "")}
    calls.call(resource.aws, "kms.UpdateKeyDescription", description)


register(
    Provider(
        kind="AWS::KMS::Key",
        create="kms.CreateKey",
        ref="KeyMetadata.KeyId",
        attributes={"Arn": "KeyMetadata.Arn", "KeyId": "KeyMetadata.KeyId"},
        adapt=key_input,
        checks=(check_documents,),
        then=(Step("kms.EnableKeyRotation", rotation_input),),
        update=change_key,
        immutable=frozenset({"KeySpec", "KeyUsage", "MultiRegion", "Origin", "Tags"}),
        delete="kms.ScheduleKeyDeletion",
        delete_input=lambda resource: {
            "KeyId": resource.physical,
            "PendingWindowInDays": resource.properties.get("PendingWindowInDays", 30),
        },
    ),
    Provider(
        kind="AWS::KMS::Alias",
        create="kms.CreateAlias",
        ref="=AliasName",
        needs=frozenset({"AliasName", "TargetKeyId"}),
        update="kms.UpdateAlias",
        immutable=frozenset({"AliasName"}),
        delete="kms.DeleteAlias",
        delete_input=lambda resource: {"AliasName": resource.physical},
    ),
)
