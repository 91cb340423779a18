"""AWS::KMS."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin.cloudformation import calls
from twin.cloudformation.provider import Made, Provider, Step, register
from twin.cloudformation.providers.identity import check_documents, document

if TYPE_CHECKING:
    from collections.abc import Mapping

KEY_STEPS = {"EnableKeyRotation", "PendingWindowInDays", "RotationPeriodInDays", "Tags"}


def key_input(made: Made) -> Mapping[str, Any]:
    """Builds CreateKey's input."""
    given = {key: value for key, value in made.properties.items() if key not in KEY_STEPS}
    tags = [{"TagKey": tag["Key"], "TagValue": tag["Value"]} for tag in made.properties.get("Tags") or []]
    policy = given.pop("KeyPolicy", None)
    return {**given, **({"Tags": tags} if tags else {}), **({"Policy": document(policy)} if policy else {})}


def rotate(made: Made) -> dict[str, Any] | None:
    """Builds EnableKeyRotation's input."""
    if made.properties.get("EnableKeyRotation") not in (True, "true"):
        return None
    days = made.properties.get("RotationPeriodInDays")
    return {"KeyId": made.physical, **({"RotationPeriodInDays": days} if days else {})}


def change_key(made: Made) -> None:
    """Writes a key's policy and description again."""
    if "KeyPolicy" in made.properties:
        given = {
            "KeyId": made.physical,
            "PolicyName": "default",
            "Policy": document(made.properties["KeyPolicy"]),
        }
        calls.call(made.aws, "kms.PutKeyPolicy", given)
    description = {"KeyId": made.physical, "Description": made.properties.get("Description", "")}
    calls.call(made.aws, "kms.UpdateKeyDescription", description)


register(
    Provider(
        kind="AWS::KMS::Key",
        create="kms.CreateKey",
        ref="KeyMetadata.KeyId",
        attributes={"Arn": "KeyMetadata.Arn", "KeyId": "KeyMetadata.KeyId"},
        adapt=key_input,
        checks=(check_documents,),
        then=(Step("kms.EnableKeyRotation", rotate),),
        update=change_key,
        immutable=frozenset({"KeySpec", "KeyUsage", "MultiRegion", "Origin", "Tags"}),
        delete="kms.ScheduleKeyDeletion",
        delete_input=lambda made: {
            "KeyId": made.physical,
            "PendingWindowInDays": made.properties.get("PendingWindowInDays", 30),
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
        delete_input=lambda made: {"AliasName": made.physical},
    ),
)
