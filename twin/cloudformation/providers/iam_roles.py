"""AWS::IAM: roles with what they may do, and the issuers of identities that may take them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin.cloudformation.aws_policies import add_to_account, policy_problem
from twin.cloudformation.intrinsics import Pending
from twin.cloudformation.provider import Provider, Resource, register
from twin.cloudformation.providers.policy_documents import check_documents, policy_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


ROLE_CALLS = {"ManagedPolicyArns", "Policies"}


def check_managed(resource: Resource) -> Iterator[tuple[str, str]]:
    """Reports policies of AWS that there are not."""
    for index, arn in enumerate(resource.properties.get("ManagedPolicyArns") or []):
        text = None if isinstance(arn, Pending) else policy_problem(str(arn))
        if text:
            yield f"ManagedPolicyArns.{index}", text


def role_input(resource: Resource) -> Mapping[str, Any]:
    """Builds CreateRole's input."""
    given = {key: value for key, value in resource.properties.items() if key not in ROLE_CALLS}
    return {**given, "AssumeRolePolicyDocument": policy_text(given["AssumeRolePolicyDocument"])}


def set_policies(resource: Resource) -> None:
    """Makes a role's policies exactly those of its properties."""
    iam, name = resource.aws.client("iam"), {"RoleName": resource.properties["RoleName"]}
    wanted = {
        policy["PolicyName"]: policy_text(policy["PolicyDocument"])
        for policy in resource.properties.get("Policies", [])
    }
    mine = set(resource.notes.get("inline", ()))
    for gone in sorted(mine - set(wanted)):
        iam.delete_role_policy(**name, PolicyName=gone)
    for policy, text in wanted.items():
        iam.put_role_policy(**name, PolicyName=policy, PolicyDocument=text)
    resource.notes["inline"] = tuple(wanted)
    there = set()
    if "attached" in resource.notes:  # one that was made just now has none
        there = {item["PolicyArn"] for item in iam.list_attached_role_policies(**name)["AttachedPolicies"]}
    arns = list(resource.properties.get("ManagedPolicyArns", []))
    for arn in arns:
        if arn not in there:
            add_to_account(arn, resource.aws.account)
            iam.attach_role_policy(**name, PolicyArn=arn)
    before = set(resource.notes.get("attached", ()))
    for arn in sorted(before - set(arns)):
        iam.detach_role_policy(**name, PolicyArn=arn)
    resource.notes["attached"] = tuple(arns)


def remove_policies(resource: Resource) -> None:
    """Takes every policy from a role, so that it can be deleted."""
    iam, name = resource.aws.client("iam"), {"RoleName": resource.physical}
    for policy in iam.list_role_policies(**name)["PolicyNames"]:
        iam.delete_role_policy(**name, PolicyName=policy)
    for item in iam.list_attached_role_policies(**name)["AttachedPolicies"]:
        iam.detach_role_policy(**name, PolicyArn=item["PolicyArn"])


def oidc_provider_input(resource: Resource) -> Mapping[str, Any]:
    """Builds CreateOpenIDConnectProvider's input, with a thumbprint: AWS finds it by itself, moto asks."""
    return {"ThumbprintList": ["0" * 40], **resource.properties}


register(
    Provider(
        kind="AWS::IAM::Role",
        create="iam.CreateRole",
        name="RoleName",
        ref="Role.RoleName",
        attributes={"Arn": "Role.Arn", "RoleId": "Role.RoleId"},
        adapt=role_input,
        needs=frozenset({"AssumeRolePolicyDocument"}),
        checks=(check_documents, check_managed),
        finish=set_policies,
        update=lambda resource: resource.aws.client("iam").update_assume_role_policy(
            RoleName=resource.physical,
            PolicyDocument=policy_text(resource.properties["AssumeRolePolicyDocument"]),
        ),
        immutable=frozenset({"Path", "PermissionsBoundary", "Tags", "Description", "MaxSessionDuration"}),
        before_delete=remove_policies,
        delete="iam.DeleteRole",
        delete_input=lambda resource: {"RoleName": resource.physical},
    ),
    Provider(
        kind="AWS::IAM::OIDCProvider",
        create="iam.CreateOpenIDConnectProvider",
        ref="OpenIDConnectProviderArn",
        attributes={"Arn": "OpenIDConnectProviderArn"},
        adapt=oidc_provider_input,
        needs=frozenset({"Url"}),
        immutable=frozenset({"Url"}),
        delete="iam.DeleteOpenIDConnectProvider",
        delete_input=lambda resource: {"OpenIDConnectProviderArn": resource.physical},
    ),
)
