"""A mistake in a stack is told before anything is made, by file, line and resource; each is planted here."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contracts.stacks.environment import DEV, STACKS
from twin.account import Account, simulated_account
from twin.cloudformation import TemplateError, check
from twin.package import package

PLANTED = {
    "a typo in a type": (
        "vpc.yaml",
        "Type: AWS::EC2::NatGateway",
        "Type: AWS::EC2::NatGatway",
        ("NatGateway1: not emulated: AWS::EC2::NatGatway: did you mean AWS::EC2::NatGateway?"),
    ),
    "a Ref to nothing": (
        "eks.yaml",
        "NodegroupName: primary",
        "NodegroupName: !Ref PrimaryNam",
        "Resource PrimaryNodes: Ref PrimaryNam: there is no resource or parameter PrimaryNam",
    ),
    "an attribute that is none": (
        "rds.yaml",
        "!GetAtt DatabaseKey.Arn}",
        "!GetAtt DatabaseKey.Arm}",
        "Resource Database: AWS::KMS::Key has no attribute Arm",
    ),
    "addresses outside of the network": (
        "vpc.yaml",
        "CidrBlock: !Select [21, !Cidr [!Ref VpcCidr, 256, 8]]",
        "CidrBlock: 10.1.21.0/24",
        "Resource PrivateSubnet4: 10.1.21.0/24 lies outside of 10.0.0.0/16, the range of Vpc",
    ),
    "overlapping subnets": (
        "vpc.yaml",
        "CidrBlock: !Select [22, !Cidr [!Ref VpcCidr, 256, 8]]",
        "CidrBlock: !Select [12, !Cidr [!Ref VpcCidr, 256, 8]]",
        "Resource PrivateSubnet5: 10.0.12.0/24 overlaps 10.0.12.0/24, the range of PrivateSubnet2",
    ),
    "addresses that are none": (
        "vpc.yaml",
        "CidrBlock: !Select [3, !Cidr [!Ref VpcCidr, 256, 8]]",
        "CidrBlock: 10.0.3.0/33",
        "Resource PublicSubnet3: 10.0.3.0/33 is no address range",
    ),
    "a property that is none": (
        "elasticache.yaml",
        "TransitEncryptionEnabled: true",
        "TransitEncrypted: true",
        "Resource Cache: the property TransitEncrypted is not known here",
    ),
    "a policy that AWS has not": (
        "eks.yaml",
        "policy/AmazonEKSWorkerNodePolicy",
        "policy/AmazonEKSWorkerNodesPolicy",
        "Resource NodeRole: AWS has no policy",
    ),
    "an output of a nested stack that is none": (
        "main.yaml",
        "!GetAtt Network.Outputs.ClusterSubnetIds\n        Node",
        "!GetAtt Network.Outputs.ClusterSubnets\n        Node",
        "Resource Cluster: the nested stack Network has no Outputs.ClusterSubnets: did you mean",
    ),
    "a parameter that the nested stack has not": (
        "main.yaml",
        "        NatGateways: !Ref NatGateways\n",
        "        Nats: !Ref NatGateways\n",
        "Resource Network: the nested template has no parameter Nats: it has",
    ),
    "a reference to a secret that cannot be read": (
        "elasticache.yaml",
        "{{resolve:secretsmanager:",
        "{{resolve:secretmanager:",
        "Resource Cache: the dynamic reference {{resolve:secretmanager:",
    ),
    "a retention that CloudWatch has not": (
        "monitoring.yaml",
        "RetentionInDays: !Ref LogDays",
        "RetentionInDays: 8",
        "Resource ApiLogs: RetentionInDays is 8",
    ),
    "metric math about nothing": (
        "monitoring.yaml",
        "100 * errors / valid, 0)",
        "100 * erors / valid, 0)",
        "Resource HighErrorRate: the expression uses erors, which is no Id here",
    ),
    "a rule that opens to nobody": (
        "vpc.yaml",
        "          SourceSecurityGroupId: !Ref NodeSecurityGroup\n      # An empty list",
        "          Source: !Ref NodeSecurityGroup\n      # An empty list",
        "Resource DatabaseSecurityGroup: Source is no part of a rule",
    ),
}


@pytest.fixture(scope="module")
def account() -> Iterator[Account]:
    with simulated_account() as opened:
        yield opened


@pytest.mark.parametrize("mistake", PLANTED)
def test_a_planted_mistake_is_told_with_its_file_and_resource(
    tmp_path: Path, account: Account, mistake: str
) -> None:
    file, right, wrong, message = PLANTED[mistake]
    shutil.copytree(STACKS, tmp_path, dirs_exist_ok=True)
    text = (tmp_path / file).read_text()
    assert right in text
    (tmp_path / file).write_text(text.replace(right, wrong, 1))
    try:
        found = check(package(tmp_path / "main.yaml"), parameters=DEV, aws=account)
    except TemplateError as error:
        found = list(error.problems)

    told = [problem for problem in found if message in problem.message]
    assert told, found
    assert told[0].file.endswith(f"/{file}")


def test_the_stacks_as_they_are_have_no_problem(account: Account) -> None:
    assert check(package(STACKS / "main.yaml"), parameters=DEV, aws=account) == []
