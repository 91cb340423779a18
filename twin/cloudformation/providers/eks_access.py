"""AWS::EKS: who may enter a cluster, and as whom its pods leave it."""

from __future__ import annotations

from typing import Any

from twin.cloudformation import calls
from twin.cloudformation.provider import Provider, Resource, register, with_tag_map


def entry_key(resource: Resource) -> dict[str, Any]:
    """Returns the key of an access entry in its cluster."""
    return {key[0].lower() + key[1:]: resource.properties[key] for key in ("ClusterName", "PrincipalArn")}


def set_access_policies(resource: Resource) -> None:
    """Makes an entry's access policies exactly those of its properties."""
    policies = resource.properties.get("AccessPolicies") or []
    wanted = {policy["PolicyArn"]: policy["AccessScope"] for policy in policies}
    for gone in sorted(set(resource.notes.get("policies", ())) - set(wanted)):
        calls.call(resource.aws, "eks.DisassociateAccessPolicy", {**entry_key(resource), "policyArn": gone})
    for policy, scope in wanted.items():
        given = {**entry_key(resource), "policyArn": policy, "accessScope": scope}
        calls.call(resource.aws, "eks.AssociateAccessPolicy", given)
    resource.notes["policies"] = tuple(wanted)


register(
    Provider(
        kind="AWS::EKS::PodIdentityAssociation",
        create="eks.CreatePodIdentityAssociation",
        ref="association.associationArn",
        attributes={
            "AssociationArn": "association.associationArn",
            "AssociationId": "association.associationId",
        },
        adapt=with_tag_map(),
        update="eks.UpdatePodIdentityAssociation",
        identity=lambda resource: {"associationId": resource.response["association"]["associationId"]},
        immutable=frozenset({"ClusterName", "Namespace", "ServiceAccount"}),
        delete="eks.DeletePodIdentityAssociation",
        delete_input=lambda resource: {
            "clusterName": resource.properties["ClusterName"],
            "associationId": resource.response["association"]["associationId"],
        },
    ),
    Provider(
        kind="AWS::EKS::AccessEntry",
        create="eks.CreateAccessEntry",
        ref="accessEntry.principalArn",
        attributes={"AccessEntryArn": "accessEntry.accessEntryArn"},
        adapt=with_tag_map("AccessPolicies"),
        finish=set_access_policies,
        update="eks.UpdateAccessEntry",
        immutable=frozenset({"ClusterName", "PrincipalArn", "Type"}),
        delete="eks.DeleteAccessEntry",
        delete_input=entry_key,
    ),
)
