"""What infrastructure asks of the deployer: secrets by reference, rules apart, undoing in nested stacks."""

from __future__ import annotations

import json
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import boto3
import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st

from twin.account import Account, simulated_account
from twin.api_calls import ApiCalls
from twin.clock import Clock
from twin.cloudformation import DeletionError, TemplateError, check, delete, deploy, update
from twin.cloudformation.cross_checks import cross_check
from twin.cloudformation.dynamic_references import malformed_references
from twin.cloudformation.stored_resources import StoredResources
from twin.package import Packaged, package

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def aws() -> Iterator[Account]:
    with (
        simulated_account() as account,
        closing(Clock(datetime(2026, 12, 7, tzinfo=UTC))) as clock,
        closing(ApiCalls(clock)) as api_calls,
    ):
        api_calls.install()
        StoredResources(api_calls)
        yield account


def packaged(tmp_path: Path, text: str, name: str = "template.yaml") -> Packaged:
    (tmp_path / name).write_text(text)
    return package(tmp_path / name)


SECRET = """\
Parameters: {Key: {Type: String, Default: password}}
Resources:
  Secret:
    Type: AWS::SecretsManager::Secret
    Properties:
      Name: word
      GenerateSecretString: {SecretStringTemplate: '{"user": "me"}', GenerateStringKey: password, PasswordLength: 20}
  Parameter:
    Type: AWS::SSM::Parameter
    Properties: {Name: copy, Type: String, Value: !Sub "{{resolve:secretsmanager:${Secret}:SecretString:${Key}}}"}
"""


def test_a_secret_is_read_for_the_call_and_kept_nowhere(tmp_path: Path, aws: Account) -> None:
    stack = deploy(packaged(tmp_path, SECRET), stack_name="s", aws=aws)
    password = json.loads(aws.client("secretsmanager").get_secret_value(SecretId="word")["SecretString"])[
        "password"
    ]

    assert aws.client("ssm").get_parameter(Name="copy")["Parameter"]["Value"] == password
    assert password not in repr(stack.made["Parameter"].properties)


def test_a_key_that_a_secret_has_not_is_named_and_nothing_is_left(tmp_path: Path, aws: Account) -> None:
    with pytest.raises(TemplateError, match="has no key pasword") as raised:
        deploy(packaged(tmp_path, SECRET), stack_name="s", parameters={"Key": "pasword"}, aws=aws)

    assert "Resource Parameter" in str(raised.value)
    assert aws.client("secretsmanager").list_secrets()["SecretList"] == []


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("{{resolve:ssm:/a/b}}", False),
        ("x {{resolve:secretsmanager:arn:aws:secretsmanager:r:1:secret:n:SecretString:k}} y", False),
        ("{{resolve:sms:/a/b}}", True),
        ("{{resolve:ssm:/a/b}", True),
        ("plain {{braces}}", False),
    ],
)
def test_a_dynamic_reference_is_held_to_its_form(text: str, *, wrong: bool) -> None:
    assert bool(malformed_references({"deep": [text]})) is wrong


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


INNER = """\
Parameters: {Word: {Type: String}}
Resources: {Note: {Type: AWS::SSM::Parameter, Properties: {Name: note, Type: String, Value: !Ref Word}}}
Outputs: {Word: {Value: !Ref Word}}
"""
OUTER = """\
Parameters: {Word: {Type: String}, Bus: {Type: String, Default: fine}}
Resources:
  Inner: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: inner.yaml, Parameters: {Word: !Ref Word}}}
  Bus: {Type: AWS::Events::EventBus, DependsOn: Inner, Properties: {Name: !Ref Bus}}
"""


def test_a_failed_update_takes_the_nested_stacks_back_too(tmp_path: Path, aws: Account) -> None:
    (tmp_path / "inner.yaml").write_text(INNER)
    template = packaged(tmp_path, OUTER)
    stack = deploy(template, stack_name="s", parameters={"Word": "before"}, aws=aws)

    with pytest.raises(TemplateError, match="Resource Bus"):
        update(stack, template, parameters={"Word": "after", "Bus": "default"})

    assert aws.client("ssm").get_parameter(Name="note")["Parameter"]["Value"] == "before"
    assert stack.nested["Inner"].outputs == {"Word": "before"}


def test_a_refused_deletion_names_the_resource_and_goes_on_when_asked_again(
    tmp_path: Path, aws: Account
) -> None:
    text = "Resources: {Images: {Type: AWS::ECR::Repository, Properties: {RepositoryName: images}}}"
    stack = deploy(packaged(tmp_path, text), stack_name="s", aws=aws)
    ecr = aws.client("ecr")
    manifest = json.dumps(
        {"schemaVersion": 2, "mediaType": "application/vnd.docker.distribution.manifest.v2+json"}
    )
    ecr.put_image(repositoryName="images", imageManifest=manifest, imageTag="one")

    with pytest.raises(
        DeletionError, match=r"Resource Images of stack s was not deleted: .*RepositoryNotEmpty"
    ):
        delete(stack)
    [image] = ecr.list_images(repositoryName="images")["imageIds"]
    ecr.batch_delete_image(repositoryName="images", imageIds=[image])
    delete(stack)

    assert ecr.describe_repositories()["repositories"] == []


def test_a_policy_that_aws_has_not_is_told_before_anything_is_made(tmp_path: Path, aws: Account) -> None:
    text = """\
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Principal: {Service: ec2.amazonaws.com}, Action: "sts:AssumeRole"}]
      ManagedPolicyArns: [arn:aws:iam::aws:policy/AmazonEBSCSIDriverPolicy]
"""
    [problem] = check(packaged(tmp_path, text), aws=aws)

    assert "did you mean /service-role/AmazonEBSCSIDriverPolicy?" in problem.message
    right = text.replace("policy/Amazon", "policy/service-role/Amazon")
    assert check(packaged(tmp_path, right), aws=aws) == []


def test_a_shelf_answers_what_was_put_on_it_and_refuses_what_was_not(aws: Account) -> None:
    eks = boto3.client("eks", region_name=aws.region)
    eks.create_addon(clusterName="c", addonName="vpc-cni", configurationValues="{}")

    assert eks.list_addons(clusterName="c")["addons"] == ["vpc-cni"]
    eks.update_addon(clusterName="c", addonName="vpc-cni", configurationValues='{"a": 1}')
    assert (
        eks.describe_addon(clusterName="c", addonName="vpc-cni")["addon"]["configurationValues"] == '{"a": 1}'
    )
    with pytest.raises(ClientError, match="ResourceInUseException"):
        eks.create_addon(clusterName="c", addonName="vpc-cni")
    eks.delete_addon(clusterName="c", addonName="vpc-cni")
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        eks.describe_addon(clusterName="c", addonName="vpc-cni")


@given(first=st.integers(0, 255), second=st.integers(0, 255), size=st.integers(17, 28))
def test_two_subnets_are_refused_exactly_when_they_share_an_address(
    first: int, second: int, size: int
) -> None:
    import ipaddress  # noqa: PLC0415 -- only this law needs it

    one, other = (ipaddress.ip_network(f"10.0.{third}.0/{size}", strict=False) for third in (first, second))
    resources = {
        "Vpc": ("AWS::EC2::VPC", {"CidrBlock": "10.0.0.0/16"}),
        "A": ("AWS::EC2::Subnet", {"VpcId": "${Vpc}", "CidrBlock": str(one)}),
        "B": ("AWS::EC2::Subnet", {"VpcId": "${Vpc}", "CidrBlock": str(other)}),
    }
    shared = max(int(one[0]), int(other[0])) <= min(int(one[-1]), int(other[-1]))

    assert bool(list(cross_check(resources))) is shared
