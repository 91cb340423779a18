"""AWS::EC2: security groups and their rules, which the API takes apart from the group."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Any

from twin.cloudformation import calls
from twin.cloudformation.intrinsics import Pending
from twin.cloudformation.provider import Provider, Resource, register
from twin.cloudformation.providers.ec2_calls import key_of, retag, tagged

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PORTS = ("IpProtocol", "FromPort", "ToPort")
INGRESS, EGRESS = "SecurityGroupIngress", "SecurityGroupEgress"
ADD = {INGRESS: "ec2.AuthorizeSecurityGroupIngress", EGRESS: "ec2.AuthorizeSecurityGroupEgress"}
TAKE = {INGRESS: "ec2.RevokeSecurityGroupIngress", EGRESS: "ec2.RevokeSecurityGroupEgress"}
EVERYTHING = {"IpProtocol": "-1", "CidrIp": "0.0.0.0/0"}
"""What EC2 lets out of a new group until a rule says otherwise."""

RULE_KEYS = {
    "CidrIp", "CidrIpv6", "Description", "DestinationPrefixListId", "DestinationSecurityGroupId", "FromPort",
    "GroupId", "IpProtocol", "SourcePrefixListId", "SourceSecurityGroupId", "ToPort",
}  # fmt: skip


def permission(rule: Mapping[str, Any]) -> dict[str, Any]:
    """Writes a rule as EC2's permission."""
    written: dict[str, Any] = {key: rule[key] for key in PORTS if key in rule}
    note = {"Description": rule["Description"]} if "Description" in rule else {}
    for key, member, inner in (
        ("CidrIp", "IpRanges", "CidrIp"),
        ("CidrIpv6", "Ipv6Ranges", "CidrIpv6"),
        ("SourceSecurityGroupId", "UserIdGroupPairs", "GroupId"),
        ("DestinationSecurityGroupId", "UserIdGroupPairs", "GroupId"),
        ("SourcePrefixListId", "PrefixListIds", "PrefixListId"),
        ("DestinationPrefixListId", "PrefixListIds", "PrefixListId"),
    ):
        if key in rule:
            written[member] = [{inner: rule[key], **note}]
    return written


def check_rules(resource: Resource) -> Iterator[tuple[str, str]]:
    """Reports rules of a group that EC2 would refuse."""
    for key in (INGRESS, EGRESS):
        for index, rule in enumerate(resource.properties.get(key) or []):
            yield from _rule(rule, f"{key}.{index}.")


def check_rule(resource: Resource) -> Iterator[tuple[str, str]]:
    """Reports a rule of its own that EC2 would refuse."""
    yield from _rule(resource.properties, "")


def _rule(rule: Mapping[str, Any], route: str) -> Iterator[tuple[str, str]]:
    for key in set(rule) - RULE_KEYS:
        yield f"{route}{key}", f"{key} is no part of a rule: use one of {', '.join(sorted(RULE_KEYS))}"
    if "IpProtocol" not in rule:
        yield route.rstrip("."), "a rule needs an IpProtocol: add it"
    if not set(rule) - {*PORTS, "Description", "GroupId"}:
        yield route.rstrip("."), "a rule needs somebody: give a CIDR, a security group or a prefix list"
    addresses = rule.get("CidrIp")
    if addresses is not None and not isinstance(addresses, Pending):
        try:
            ipaddress.ip_network(str(addresses))
        except ValueError as error:
            yield f"{route}CidrIp", f"{addresses} is no address range ({error}): correct it"


def group_input(resource: Resource) -> Mapping[str, Any]:
    """Builds CreateSecurityGroup's input."""
    given = dict(tagged("security-group", INGRESS, EGRESS)(resource))
    description = given.pop("GroupDescription", "")
    return {**given, "Description": description}


def set_rules(resource: Resource) -> None:
    """Exchanges the rules that a group carried for those that it carries now; others' rules stay."""
    for key in (INGRESS, EGRESS):
        wanted = [permission(rule) for rule in resource.properties.get(key) or []]
        if key == EGRESS and not wanted:
            wanted = [permission(EVERYTHING)]
        there = resource.notes.get(key, [permission(EVERYTHING)] if key == EGRESS else [])
        _exchange(resource, TAKE[key], [rule for rule in there if rule not in wanted])
        _exchange(resource, ADD[key], [rule for rule in wanted if rule not in there])
        resource.notes[key] = wanted


def _exchange(resource: Resource, operation: str, rules: list[dict[str, Any]]) -> None:
    if rules:
        calls.call(resource.aws, operation, {"GroupId": resource.physical, "IpPermissions": rules})


def revoke_rules_of_groups(resource: Resource) -> None:
    """Takes from a group every rule that names another group, so that either can be deleted first."""
    client = resource.aws.client("ec2")
    (group,) = client.describe_security_groups(GroupIds=[resource.physical])["SecurityGroups"]
    for key, member in ((INGRESS, "IpPermissions"), (EGRESS, "IpPermissionsEgress")):
        _exchange(resource, TAKE[key], [rule for rule in group[member] if rule.get("UserIdGroupPairs")])


def rule_input(resource: Resource) -> dict[str, Any]:
    """Builds the input of the calls that add and take one rule."""
    return {"GroupId": resource.properties["GroupId"], "IpPermissions": [permission(resource.properties)]}


register(
    Provider(
        kind="AWS::EC2::SecurityGroup",
        create="ec2.CreateSecurityGroup",
        name="GroupName",
        name_limit=255,
        ref="GroupId",
        attributes={"GroupId": "GroupId", "VpcId": "=VpcId"},
        needs=frozenset({"GroupDescription"}),
        adapt=group_input,
        checks=(check_rules,),
        finish=set_rules,
        update=retag,
        immutable=frozenset({"GroupDescription", "VpcId"}),
        before_delete=revoke_rules_of_groups,
        delete="ec2.DeleteSecurityGroup",
        delete_input=key_of("GroupId"),
    ),
    *(
        Provider(
            kind=f"AWS::EC2::{kind}",
            create=ADD[kind],
            ref="SecurityGroupRules.0.SecurityGroupRuleId",
            attributes={"Id": "SecurityGroupRules.0.SecurityGroupRuleId"},
            needs=frozenset({"GroupId"}),
            adapt=rule_input,
            checks=(check_rule,),
            delete=TAKE[kind],
            delete_input=rule_input,
        )
        for kind in (INGRESS, EGRESS)
    ),
)
