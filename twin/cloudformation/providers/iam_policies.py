"""AWS::IAM: policies of their own, attached to roles or put into them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin.cloudformation import calls
from twin.cloudformation.provider import Provider, Resource, register
from twin.cloudformation.providers.policy_documents import check_documents, policy_text

if TYPE_CHECKING:
    from collections.abc import Mapping


def managed_policy_input(resource: Resource) -> Mapping[str, Any]:
    """Builds CreatePolicy's input."""
    given = dict(resource.properties)
    name = given.pop("ManagedPolicyName")
    for principals in ("Groups", "Roles", "Users"):
        given.pop(principals, None)
    return {**given, "PolicyName": name, "PolicyDocument": policy_text(given["PolicyDocument"])}


def attach_managed_policy(resource: Resource) -> None:
    """Attaches a managed policy to the roles that it names."""
    for role in resource.properties.get("Roles") or []:
        resource.aws.client("iam").attach_role_policy(RoleName=role, PolicyArn=resource.physical)


def detach_managed_policy(resource: Resource) -> None:
    """Detaches a managed policy from every role, so that it can be deleted."""
    iam = resource.aws.client("iam")
    for role in iam.list_entities_for_policy(PolicyArn=resource.physical)["PolicyRoles"]:
        iam.detach_role_policy(RoleName=role["RoleName"], PolicyArn=resource.physical)


def inline_policy_input(resource: Resource) -> Mapping[str, Any]:
    """Builds PutRolePolicy's input for a policy's first role."""
    known = ("PolicyDocument", "PolicyName", "Roles")
    strict = {key: value for key, value in resource.properties.items() if key not in known}
    first = (resource.properties.get("Roles") or [""])[0]
    text = policy_text(resource.properties["PolicyDocument"])
    return {
        "RoleName": first,
        "PolicyName": resource.properties["PolicyName"],
        "PolicyDocument": text,
        **strict,
    }


def put_on_every_role(resource: Resource) -> None:
    """Puts an inline policy on every role that it names."""
    for role in resource.properties["Roles"]:
        calls.call(resource.aws, "iam.PutRolePolicy", {**inline_policy_input(resource), "RoleName": role})


def remove_from_other_roles(resource: Resource) -> None:
    """Takes an inline policy from all but its first role, which the deletion itself serves."""
    for role in resource.properties["Roles"][1:]:
        resource.aws.client("iam").delete_role_policy(
            RoleName=role, PolicyName=resource.properties["PolicyName"]
        )


register(
    Provider(
        kind="AWS::IAM::ManagedPolicy",
        create="iam.CreatePolicy",
        name="ManagedPolicyName",
        name_limit=128,
        ref="Policy.Arn",
        attributes={"PolicyArn": "Policy.Arn", "PolicyId": "Policy.PolicyId"},
        adapt=managed_policy_input,
        needs=frozenset({"PolicyDocument"}),
        not_emulated={"Groups": "people are not simulated", "Users": "people are not simulated"},
        checks=(check_documents,),
        finish=attach_managed_policy,
        before_delete=detach_managed_policy,
        delete="iam.DeletePolicy",
        delete_input=lambda resource: {"PolicyArn": resource.physical},
    ),
    Provider(
        kind="AWS::IAM::Policy",
        create="iam.PutRolePolicy",
        ref=lambda resource: resource.logical,
        attributes={"Id": lambda resource: resource.logical},
        adapt=inline_policy_input,
        needs=frozenset({"PolicyDocument", "PolicyName", "Roles"}),
        not_emulated={"Groups": "people are not simulated", "Users": "people are not simulated"},
        checks=(check_documents,),
        finish=put_on_every_role,
        before_delete=remove_from_other_roles,
        delete="iam.DeleteRolePolicy",
        delete_input=lambda resource: {
            "RoleName": resource.properties["Roles"][0],
            "PolicyName": resource.properties["PolicyName"],
        },
    ),
)
