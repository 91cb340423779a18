"""What infrastructure asks of the deployer: undoing in nested stacks, policies of AWS, stores, subnets."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import boto3
import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.twin.cloudformation.packaging import packaged
from twin.cloudformation import DeletionError, TemplateError, check, delete, deploy, update
from twin.cloudformation.cross_checks import cross_check

if TYPE_CHECKING:
    from pathlib import Path

    from twin.account import Account


INNER = """\
Parameters: {Word: {Type: String}}
Resources: {Note: {Type: AWS::SSM::Parameter, Properties: {Name: note, Type: String, Value: !Ref Word}}}
Outputs: {Word: {Value: !Ref Word}}
"""


OUTER = """\
Parameters: {Word: {Type: String}, Bus: {Type: String, Default: fine}}
Resources:
  Inner:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: inner.yaml, Parameters: {Word: !Ref Word}}
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


def test_a_store_answers_what_was_put_into_it_and_refuses_what_was_not(aws: Account) -> None:
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
