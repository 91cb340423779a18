"""A security group's own rules are exchanged; the rules of other resources stay."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.unit.twin.cloudformation.packaging import packaged
from twin.cloudformation import deploy, update

if TYPE_CHECKING:
    from pathlib import Path

    from twin.account import Account


GROUPS = """\
Parameters: {Port: {Type: Number, Default: 5432}}
Resources:
  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}
  Nodes: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: nodes, VpcId: !Ref Vpc}}
  Data:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: data
      VpcId: !Ref Vpc
      SecurityGroupIngress:
        - {IpProtocol: tcp, FromPort: !Ref Port, ToPort: !Ref Port, SourceSecurityGroupId: !Ref Nodes}
      SecurityGroupEgress:
        - {IpProtocol: icmp, FromPort: 252, ToPort: 86, CidrIp: 255.255.255.255/32}
  Extra:
    Type: AWS::EC2::SecurityGroupIngress
    Properties: {GroupId: !Ref Data, IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: 10.0.0.0/8}
"""


def ports(aws: Account, group: str) -> set[int]:
    [found] = aws.client("ec2").describe_security_groups(GroupIds=[group])["SecurityGroups"]
    return {rule["FromPort"] for rule in found["IpPermissions"]}


def test_a_groups_own_rules_are_exchanged_and_those_of_others_stay(tmp_path: Path, aws: Account) -> None:
    template = packaged(tmp_path, GROUPS)
    stack = deploy(template, stack_name="s", aws=aws)
    data = stack.resources["Data"]
    assert ports(aws, data) == {5432, 22}

    update(stack, template, parameters={"Port": "5433"})

    assert stack.changes == [("updated", "Data")]
    assert ports(aws, data) == {5433, 22}


def test_a_group_with_rules_outward_loses_the_open_default_and_one_without_keeps_it(
    tmp_path: Path, aws: Account
) -> None:
    stack = deploy(packaged(tmp_path, GROUPS), stack_name="s", aws=aws)
    ec2 = aws.client("ec2")

    def outward(name: str) -> list[str]:
        [group] = ec2.describe_security_groups(GroupIds=[stack.resources[name]])["SecurityGroups"]
        return [each["CidrIp"] for rule in group["IpPermissionsEgress"] for each in rule["IpRanges"]]

    assert outward("Data") == ["255.255.255.255/32"]
    assert outward("Nodes") == ["0.0.0.0/0"]
