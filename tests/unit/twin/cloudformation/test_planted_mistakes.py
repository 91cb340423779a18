"""Every mistake that a person can make in a template is told by file and line, before anything is made."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from twin.account import Account
from twin.cloudformation import Problem, TemplateError, check
from twin.package import package

if TYPE_CHECKING:
    from pathlib import Path

SOUND = """\
Parameters:
  Stage: {Type: String, AllowedValues: [dev, prod], Default: dev}
  Nodes: {Type: Number, MinValue: 1, Default: 2}
Conditions:
  Prod: !Equals [!Ref Stage, prod]
Resources:
  Bus:
    Type: AWS::Events::EventBus
    Properties:
      Name: !Sub bus-${Stage}
  Dead:
    Type: AWS::SQS::Queue
    Properties:
      MessageRetentionPeriod: 1209600
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Principal: {Service: scheduler.amazonaws.com}, Action: "sts:AssumeRole"}]
  Tick:
    Type: AWS::Scheduler::Schedule
    Properties:
      ScheduleExpression: cron(0 22 * * ? *)
      ScheduleExpressionTimezone: Asia/Tokyo
      FlexibleTimeWindow: {Mode: "OFF"}
      Target:
        Arn: !GetAtt Dead.Arn
        RoleArn: !GetAtt Role.Arn
  Machine:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      RoleArn: !GetAtt Role.Arn
      DefinitionSubstitutions: {Queue: !Ref Dead}
      DefinitionString: |
        {"StartAt": "A", "States": {"A": {"Type": "Pass", "Result": "${Queue}", "Next": "B"},
          "B": {"Type": "Succeed"}}}
  Depth:
    Type: AWS::CloudWatch::Alarm
    Properties:
      Namespace: AWS/SQS
      MetricName: ApproximateNumberOfMessagesVisible
      Statistic: Maximum
      Period: 60
      EvaluationPeriods: 1
      Threshold: 0
      ComparisonOperator: GreaterThanThreshold
Outputs:
  BusArn:
    Value: !GetAtt Bus.Arn
"""


def problems_of(tmp_path: Path, text: str, **parameters: str) -> list[Problem]:
    file = tmp_path / "template.yaml"
    file.write_text(text)
    try:
        return check(package(file), parameters=parameters, aws=Account())
    except TemplateError as error:
        return list(error.problems)


def line_of(text: str, part: str) -> int:
    return next(n for n, line in enumerate(text.splitlines(), 1) if part in line)


def test_a_sound_template_has_no_problem(tmp_path: Path) -> None:
    assert problems_of(tmp_path, SOUND) == []


PLANTED = [
    ("AWS::SQS::Queue", "AWS::SQS::Qeue", "Resource Dead: not emulated: AWS::SQS::Qeue", "Qeue"),
    ("GetAtt Bus.Arn", "GetAtt Bus.Arm", "AWS::Events::EventBus has no attribute Arm", "Bus.Arm"),
    ("!Ref Dead", "!Ref Daed", "there is no resource or parameter Daed: did you mean Dead?", "!Ref Daed"),
    (
        "bus-${Stage}",
        "bus-${Stagge}",
        "there is no resource or parameter Stagge: did you mean Stage?",
        "${Stagge}",
    ),
    ("!Sub bus-${Stage}", "!Transform x", "not emulated: the function Fn::Transform", "!Transform"),
    ("!Sub bus-${Stage}", "!Ref AWS::Regoin", "the pseudo parameter AWS::Regoin is not known", "AWS::Regoin"),
    ("cron(0 22 * * ? *)", "cron(0 22 * * * *)", "write ? in exactly one", "cron("),
    ("cron(0 22 * * ? *)", "every night", "is no schedule expression", "every night"),
    ("Asia/Tokyo", "Asia/Tokio", "the time zone 'Asia/Tokio' is not known", "Asia/Tokio"),
    (
        "!GetAtt Dead.Arn",
        "arn:aws:ecs:x:1:task/y",
        "the twin cannot deliver to arn:aws:ecs:x:1:task/y",
        "arn:aws:ecs",
    ),
    (
        "!GetAtt Dead.Arn",
        "arn:aws:scheduler:::aws-sdk:eks:updateNodegroupConfg",
        "eks has no operation updateNodegroupConfg",
        "Confg",
    ),
    (
        "MessageRetentionPeriod:",
        "MessageRetentonPeriod:",
        "the property MessageRetentonPeriod is not known",
        "Retenton",
    ),
    ("GreaterThanThreshold", "GreaterThanTreshold", "'GreaterThanTreshold', which is not one of", "Treshold"),
    ("Period: 60", "Period: 61", "Period is 61: use 10, 20, 30 or a multiple of 60", "Period: 61"),
    ("Period: 60", "Period: often", "Period is 'often', which is no integer", "often"),
    ('"Next": "B"', '"Next": "C"', "A: Next names 'C', which is no state here", "DefinitionString"),
    ("{Queue: !Ref Dead}", "{Qeue: !Ref Dead}", "the definition uses ${Queue}", "DefinitionString"),
    ("{Queue: !Ref Dead}", "{Queue: a, Spare: b}", "the definition never uses ${Spare}", "Spare"),
    ("!Equals [!Ref Stage, prod]", "!Condition Pord", "the condition Pord is not in Conditions", "Pord"),
    (
        "Default: dev}",
        "Default: test}",
        "the value 'test' is not one of the allowed values dev, prod",
        "Stage:",
    ),
    ("Default: 2}", "Default: 0}", "the value '0' is below 1", "Nodes:"),
    ("Effect: Allow", "Effect: Alow", "a statement's Effect is 'Alow'", "AssumeRolePolicyDocument"),
    ("      Name: !Sub", "      Nmae: !Sub", "the property Nmae is not known", "Nmae"),
    (
        "    Type: AWS::Events::EventBus",
        "    Type: AWS::Events::EventBus\n    Dependson: Dead",
        "Dependson",
        "Dependson",
    ),
    ("Resources:", "Resorces:", "a template is a mapping with a section Resources", "Parameters:"),
    ("Conditions:", "Condtions: {}\nConditions:", "Condtions is no section of a template", "Condtions"),
]


@pytest.mark.parametrize(
    ("right", "wrong", "message", "where"), PLANTED, ids=[row[1][:30] for row in PLANTED]
)
def test_a_planted_mistake_is_told_on_its_line(
    tmp_path: Path, right: str, wrong: str, message: str, where: str
) -> None:
    assert right in SOUND
    text = SOUND.replace(right, wrong, 1)
    found = problems_of(tmp_path, text)
    told = [problem for problem in found if message in problem.message]
    assert told, found
    assert told[0].file.endswith("template.yaml")
    assert told[0].line in (line_of(text, where), line_of(text, where) + 1)


def test_all_problems_are_told_in_one_pass(tmp_path: Path) -> None:
    text = SOUND.replace("Asia/Tokyo", "Asia/Tokio").replace("AWS::SQS::Queue", "AWS::SQS::Qeue")
    text = text.replace("GreaterThanThreshold", "GreaterThanTreshold")
    assert len(problems_of(tmp_path, text)) == 3


def test_a_circle_is_told_with_its_members(tmp_path: Path) -> None:
    text = """\
Resources:
  A: {Type: AWS::SNS::Topic, Properties: {DisplayName: !Ref B}}
  B: {Type: AWS::SNS::Topic, Properties: {DisplayName: !Ref A}}
"""
    (only,) = problems_of(tmp_path, text)
    assert "circular dependency" in only.message
    assert "A" in only.message
    assert "B" in only.message


def test_an_unknown_parameter_is_refused(tmp_path: Path) -> None:
    (only,) = problems_of(tmp_path, SOUND, Stgae="dev")
    assert "the parameter Stgae was given" in only.message


def test_a_false_condition_is_told_to_whoever_refers_to_it(tmp_path: Path) -> None:
    text = SOUND.replace("  Bus:\n", "  Bus:\n    Condition: Prod\n")
    (only,) = problems_of(tmp_path, text)
    assert "Bus does not exist when its condition Prod is false" in only.message
    assert problems_of(tmp_path, text, Stage="prod") == []


@pytest.mark.parametrize(
    "junk", ["", "\x00\x01", "[1, 2", "a: b: c", "just words", "- 1\n- 2", "x" * 1_000_000]
)
def test_junk_is_refused_with_one_sentence(tmp_path: Path, junk: str) -> None:
    assert len(problems_of(tmp_path, junk)) == 1


def test_a_key_that_is_written_twice_is_refused(tmp_path: Path) -> None:
    (only,) = problems_of(tmp_path, SOUND.replace("  Dead:\n", "  Bus:\n", 1))
    assert "the key Bus is written twice" in only.message
