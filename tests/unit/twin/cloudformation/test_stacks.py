"""Stacks are made, changed where they differ, undone when something fails, deleted as their policies say."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING
from unittest import mock

import pytest
from moto import mock_aws

from twin.account import Account
from twin.cloudformation import Stack, TemplateError, delete, deploy, update
from twin.package import package

if TYPE_CHECKING:
    from collections.abc import Iterator

TEMPLATE = """\
Parameters:
  Seconds: {Type: Number, Default: 30}
Resources:
  Work:
    Type: AWS::SQS::Queue
    Properties:
      VisibilityTimeout: !Ref Seconds
      RedrivePolicy: {deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 3}
  Dead:
    Type: AWS::SQS::Queue
  Kept:
    Type: AWS::SNS::Topic
    DeletionPolicy: Retain
    Properties: {TopicName: kept}
  Policy:
    Type: AWS::SQS::QueuePolicy
    Properties:
      Queues: [!Ref Dead]
      PolicyDocument:
        Version: 2012-10-17
        Statement: [{Effect: Allow, Principal: "*", Action: "sqs:SendMessage", Resource: !GetAtt Dead.Arn}]
Outputs:
  Queue: {Value: !Ref Work, Export: {Name: work-queue}}
"""


@pytest.fixture
def aws() -> Iterator[Account]:
    with mock.patch.dict(os.environ, {"AWS_DEFAULT_REGION": "ap-northeast-1"}), mock_aws():
        yield Account()


def stack_of(tmp_path: Path, aws: Account, text: str = TEMPLATE) -> Stack:
    file = tmp_path / "template.yaml"
    file.write_text(text)
    return deploy(package(file), stack_name="demo", aws=aws)


def test_resources_are_made_after_those_they_need(tmp_path: Path, aws: Account) -> None:
    stack = stack_of(tmp_path, aws)
    names = [name for _, name in stack.changes]
    assert names.index("Dead") < names.index("Work")
    assert stack.outputs["Queue"].endswith(aws.client("sqs").list_queues()["QueueUrls"][-1].rsplit("/", 1)[1])
    assert aws.exports == {"work-queue": stack.outputs["Queue"]}


def test_a_second_deployment_changes_nothing(tmp_path: Path, aws: Account) -> None:
    stack = stack_of(tmp_path, aws)
    update(stack, package(tmp_path / "template.yaml"))
    assert stack.changes == []


def test_a_changed_parameter_updates_only_what_uses_it(tmp_path: Path, aws: Account) -> None:
    stack = stack_of(tmp_path, aws)
    update(stack, package(tmp_path / "template.yaml"), parameters={"Seconds": "45"})
    assert stack.changes == [("updated", "Work")]
    got = aws.client("sqs").get_queue_attributes(QueueUrl=stack.resources["Work"], AttributeNames=["All"])
    assert got["Attributes"]["VisibilityTimeout"] == "45"


def test_a_resource_that_left_the_template_is_deleted(tmp_path: Path, aws: Account) -> None:
    stack = stack_of(tmp_path, aws)
    start, end = TEMPLATE.index("  Policy:"), TEMPLATE.index("Outputs:")
    (tmp_path / "template.yaml").write_text(TEMPLATE[:start] + TEMPLATE[end:])
    update(stack, package(tmp_path / "template.yaml"))
    assert stack.changes == [("deleted", "Policy")]


def test_deleting_a_stack_keeps_what_is_retained(tmp_path: Path, aws: Account) -> None:
    stack = stack_of(tmp_path, aws)
    delete(stack)
    assert aws.client("sqs").list_queues().get("QueueUrls", []) == []
    assert len(aws.client("sns").list_topics()["Topics"]) == 1
    assert aws.exports == {}


def test_a_failed_deployment_is_undone_and_names_the_resource(tmp_path: Path, aws: Account) -> None:
    broken = TEMPLATE.replace(
        "Outputs:",
        "  Twice:\n    Type: AWS::Events::EventBus\n    DependsOn: Work\n"
        '    Properties: {Name: "default"}\nOutputs:',
    )
    with pytest.raises(TemplateError, match=r"template.yaml:\d+: Resource Twice: AWS refused it.*was undone"):
        stack_of(tmp_path, aws, broken)
    assert aws.client("sqs").list_queues().get("QueueUrls", []) == []


def test_a_nested_stack_hands_its_outputs_up(tmp_path: Path, aws: Account) -> None:
    (tmp_path / "inner.yaml").write_text(
        "Parameters: {Word: {Type: String}}\n"
        "Resources: {T: {Type: AWS::SNS::Topic, Properties: {TopicName: !Ref Word}}}\n"
        "Outputs: {Arn: {Value: !Ref T}}\n"
    )
    outer = (
        "Resources:\n  Inner:\n    Type: AWS::CloudFormation::Stack\n"
        "    Properties: {TemplateURL: inner.yaml, Parameters: {Word: hello}}\n"
        "Outputs: {Topic: {Value: !GetAtt Inner.Outputs.Arn}}\n"
    )
    stack = stack_of(tmp_path, aws, outer)
    assert stack.outputs["Topic"].endswith(":hello")
    delete(stack)
    assert aws.client("sns").list_topics()["Topics"] == []


def test_generated_resources_are_told_at_the_line_they_come_from(tmp_path: Path, aws: Account) -> None:
    (tmp_path / "code").mkdir()
    text = """\
Transform: AWS::Serverless-2016-10-31
Resources:
  Work:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: code/
      Handler: a.b
      Runtime: python3.13
      Events:
        Night:
          Type: ScheduleV2
          Properties:
            ScheduleExpression: cron(0 22 * * * *)
"""
    with pytest.raises(TemplateError, match=r"template.yaml:13: Resource WorkNight: .*exactly one"):
        stack_of(tmp_path, aws, text)


def test_the_transforms_own_complaints_carry_a_line(tmp_path: Path, aws: Account) -> None:
    text = """\
Transform: AWS::Serverless-2016-10-31
Resources:
  Work:
    Type: AWS::Serverless::Function
    Properties:
      Handler: a.b
      Runtime: python3.13
"""
    with pytest.raises(TemplateError, match=r"template.yaml:3: Resource Work: the SAM transform refuses it"):
        stack_of(tmp_path, aws, text)


def test_the_control_plane_deploys_and_a_second_time_changes_nothing(aws: Account) -> None:
    template = Path(__file__).parents[4] / "template.yaml"
    packaged = package(template)
    given = {"Environment": "dev", "ClusterAccess": "elsewhere"}
    stack = deploy(packaged, stack_name="toban", parameters=given, aws=aws)
    assert stack.code
    update(stack, packaged, parameters=given)
    assert stack.changes == []
    update(stack, packaged, parameters={**given, "TimeZone": "Europe/Rome"})
    assert {what for what, _ in stack.changes} == {"updated"}
    capability = stack.nested["NightScalingCapability"]
    assert [name for _, name in stack.changes] == ["NightScalingCapability"]
    assert all(capability.made[name].kind == "AWS::Scheduler::Schedule" for _, name in capability.changes)
    delete(stack)
