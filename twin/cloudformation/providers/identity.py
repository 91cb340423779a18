"""AWS::IAM."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from twin.cloudformation import calls
from twin.cloudformation.aws_policies import complaint, provide
from twin.cloudformation.intrinsics import Pending
from twin.cloudformation.provider import Made, Provider, register

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ROLE_CALLS = {"ManagedPolicyArns", "Policies"}
STATEMENT_KEYS = {
    "Action", "Condition", "Effect", "NotAction", "NotPrincipal", "NotResource", "Principal", "Resource", "Sid",
}  # fmt: skip


def document(policy: Mapping[str, Any]) -> str:
    """Writes a policy as JSON; the SAM transform leaves the version out, and IAM wants one."""
    return json.dumps({"Version": "2012-10-17", **policy})


def check_documents(made: Made) -> Iterator[tuple[str, str]]:
    """Reports statements that IAM would refuse."""
    given = made.properties
    found: list[tuple[str, Any]] = [
        (key, given[key])
        for key in ("AssumeRolePolicyDocument", "KeyPolicy", "PolicyDocument")
        if key in given
    ]
    found += [
        (f"Policies.{i}.PolicyDocument", p.get("PolicyDocument"))
        for i, p in enumerate(given.get("Policies") or [])
    ]
    for route, policy in found:
        statements = policy.get("Statement") if isinstance(policy, dict) else None
        if not statements:
            yield route, "a policy needs at least one Statement: add it"
            continue
        for statement in statements if isinstance(statements, list) else [statements]:
            yield from _statement(statement, route)


def _statement(statement: Mapping[str, Any], route: str) -> Iterator[tuple[str, str]]:
    for key in set(statement) - STATEMENT_KEYS:
        yield (
            f"{route}.{key}",
            f"{key} is no part of a policy statement: use one of {', '.join(sorted(STATEMENT_KEYS))}",
        )
    if statement.get("Effect") not in ("Allow", "Deny"):
        yield route, f"a statement's Effect is {statement.get('Effect')!r}: write Allow or Deny"
    actions = statement.get("Action", statement.get("NotAction"))
    if not actions:
        yield route, "a statement needs an Action: add it"
    for action in actions if isinstance(actions, list) else [actions or "*"]:
        if not isinstance(action, Pending) and action != "*" and ":" not in str(action):
            yield route, f"the action {action!r} names no service: write service:Operation"


def check_managed(made: Made) -> Iterator[tuple[str, str]]:
    """Reports policies of AWS that there are not."""
    for index, arn in enumerate(made.properties.get("ManagedPolicyArns") or []):
        text = None if isinstance(arn, Pending) else complaint(str(arn))
        if text:
            yield f"ManagedPolicyArns.{index}", text


def role_input(made: Made) -> Mapping[str, Any]:
    """Builds CreateRole's input."""
    given = {key: value for key, value in made.properties.items() if key not in ROLE_CALLS}
    return {**given, "AssumeRolePolicyDocument": document(given["AssumeRolePolicyDocument"])}


def dress_role(made: Made) -> None:
    """Makes a role's policies exactly those of its properties."""
    iam, name = made.aws.client("iam"), {"RoleName": made.properties["RoleName"]}
    wanted = {
        policy["PolicyName"]: document(policy["PolicyDocument"])
        for policy in made.properties.get("Policies", [])
    }
    mine = set(made.notes.get("inline", ()))
    for gone in sorted(mine - set(wanted)):
        iam.delete_role_policy(**name, PolicyName=gone)
    for policy, text in wanted.items():
        iam.put_role_policy(**name, PolicyName=policy, PolicyDocument=text)
    made.notes["inline"] = tuple(wanted)
    there = {item["PolicyArn"] for item in iam.list_attached_role_policies(**name)["AttachedPolicies"]}
    arns = list(made.properties.get("ManagedPolicyArns", []))
    for arn in arns:
        if arn not in there:
            provide(arn, made.aws.account)
            iam.attach_role_policy(**name, PolicyArn=arn)
    before = set(made.notes.get("attached", ()))
    for arn in sorted(before - set(arns)):
        iam.detach_role_policy(**name, PolicyArn=arn)
    made.notes["attached"] = tuple(arns)


def undress_role(made: Made) -> None:
    """Takes every policy from a role, so that it can be deleted."""
    iam, name = made.aws.client("iam"), {"RoleName": made.physical}
    for policy in iam.list_role_policies(**name)["PolicyNames"]:
        iam.delete_role_policy(**name, PolicyName=policy)
    for item in iam.list_attached_role_policies(**name)["AttachedPolicies"]:
        iam.detach_role_policy(**name, PolicyArn=item["PolicyArn"])


def managed_policy_input(made: Made) -> Mapping[str, Any]:
    """Builds CreatePolicy's input."""
    given = dict(made.properties)
    name = given.pop("ManagedPolicyName")
    for principals in ("Groups", "Roles", "Users"):
        given.pop(principals, None)
    return {**given, "PolicyName": name, "PolicyDocument": document(given["PolicyDocument"])}


def attach_managed_policy(made: Made) -> None:
    """Attaches a managed policy to the roles that it names."""
    for role in made.properties.get("Roles") or []:
        made.aws.client("iam").attach_role_policy(RoleName=role, PolicyArn=made.physical)


def detach_managed_policy(made: Made) -> None:
    """Detaches a managed policy from every role, so that it can be deleted."""
    iam = made.aws.client("iam")
    for role in iam.list_entities_for_policy(PolicyArn=made.physical)["PolicyRoles"]:
        iam.detach_role_policy(RoleName=role["RoleName"], PolicyArn=made.physical)


def inline_policy(made: Made) -> Mapping[str, Any]:
    """Builds PutRolePolicy's input for a policy's first role."""
    known = ("PolicyDocument", "PolicyName", "Roles")
    strict = {key: value for key, value in made.properties.items() if key not in known}
    first = (made.properties.get("Roles") or [""])[0]
    text = document(made.properties["PolicyDocument"])
    return {"RoleName": first, "PolicyName": made.properties["PolicyName"], "PolicyDocument": text, **strict}


def spread_policy(made: Made) -> None:
    """Puts an inline policy on every role that it names."""
    for role in made.properties["Roles"]:
        calls.call(made.aws, "iam.PutRolePolicy", {**inline_policy(made), "RoleName": role})


def withdraw_policy(made: Made) -> None:
    """Takes an inline policy from all but its first role, which the deletion itself serves."""
    for role in made.properties["Roles"][1:]:
        made.aws.client("iam").delete_role_policy(RoleName=role, PolicyName=made.properties["PolicyName"])


def issuer_input(made: Made) -> Mapping[str, Any]:
    """Builds CreateOpenIDConnectProvider's input; AWS finds the thumbprint by itself, the simulated one asks."""
    return {"ThumbprintList": ["0" * 40], **made.properties}


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
        finish=dress_role,
        update=lambda made: made.aws.client("iam").update_assume_role_policy(
            RoleName=made.physical, PolicyDocument=document(made.properties["AssumeRolePolicyDocument"])
        ),
        immutable=frozenset({"Path", "PermissionsBoundary", "Tags", "Description", "MaxSessionDuration"}),
        before_delete=undress_role,
        delete="iam.DeleteRole",
        delete_input=lambda made: {"RoleName": made.physical},
    ),
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
        delete_input=lambda made: {"PolicyArn": made.physical},
    ),
    Provider(
        kind="AWS::IAM::Policy",
        create="iam.PutRolePolicy",
        ref=lambda made: made.logical,
        attributes={"Id": lambda made: made.logical},
        adapt=inline_policy,
        needs=frozenset({"PolicyDocument", "PolicyName", "Roles"}),
        not_emulated={"Groups": "people are not simulated", "Users": "people are not simulated"},
        checks=(check_documents,),
        finish=spread_policy,
        before_delete=withdraw_policy,
        delete="iam.DeleteRolePolicy",
        delete_input=lambda made: {
            "RoleName": made.properties["Roles"][0],
            "PolicyName": made.properties["PolicyName"],
        },
    ),
    Provider(
        kind="AWS::IAM::OIDCProvider",
        create="iam.CreateOpenIDConnectProvider",
        ref="OpenIDConnectProviderArn",
        attributes={"Arn": "OpenIDConnectProviderArn"},
        adapt=issuer_input,
        needs=frozenset({"Url"}),
        immutable=frozenset({"Url"}),
        delete="iam.DeleteOpenIDConnectProvider",
        delete_input=lambda made: {"OpenIDConnectProviderArn": made.physical},
    ),
)
