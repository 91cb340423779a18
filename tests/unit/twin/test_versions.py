"""Published versions: a deployment never swaps code or definition under an execution."""

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from twin.account import Account, simulated_account
from twin.api_calls import ApiCalls
from twin.clock import Clock
from twin.control_plane import ControlPlane
from twin.randomness import Randomness

TEMPLATE = """
Transform: AWS::Serverless-2016-10-31
Parameters:
  Word: {Type: String, Default: first}
Resources:
  SayFunction:
    Type: AWS::Serverless::Function
    UpdateReplacePolicy: Retain
    Properties:
      FunctionName: say
      CodeUri: code/
      Handler: spoken.handler.handler
      Runtime: python3.13
      Role: !GetAtt Role.Arn
      AutoPublishAlias: live
      AutoPublishAliasAllProperties: true
      VersionDescription: !Ref Word
      Environment: {Variables: {WORD: !Ref Word}}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Principal: {Service: [lambda.amazonaws.com, states.amazonaws.com]}
            Action: sts:AssumeRole
  Machine:
    Type: AWS::Serverless::StateMachine
    Properties:
      Name: talk
      Role: !GetAtt Role.Arn
      DefinitionUri: talk.asl.json
      DefinitionSubstitutions: {SayFunction: !Ref SayFunction.Version}
      AutoPublishAlias: live
"""


def talk(waits: int) -> dict[str, Any]:
    say = {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Parameters": {"FunctionName": "${SayFunction}", "Payload.$": "$"},
        "OutputPath": "$.Payload",
    }
    return {
        "StartAt": "Before",
        "States": {
            "Before": {**say, "Next": "Pause"},
            "Pause": {"Type": "Wait", "Seconds": waits, "Next": "After"},
            "After": {**say, "End": True},
        },
    }


def write(folder: Path, *, code: str, waits: int) -> Path:
    """Writes a stack: its function adds `code`, its variable and its version to what it is given."""
    package = folder / "code" / "spoken"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "handler.py").write_text(
        "import os\n"
        "def handler(event, context):\n"
        f"    said = ['{code}', os.environ['WORD'], context.function_version]\n"
        "    return {'said': [*event.get('said', []), said]}\n"
    )
    (folder / "talk.asl.json").write_text(json.dumps(talk(waits)))
    (folder / "template.yaml").write_text(TEMPLATE)
    return folder / "template.yaml"


@dataclass
class Stage:
    clock: Clock
    aws: Account
    plane: ControlPlane

    def deploy(self, template: Path, **parameters: str) -> None:
        self.plane.deploy(template, stack_name="talk", parameters=parameters)

    def start(self, qualifier: str = ":live") -> str:
        arn = f"arn:aws:states:{self.aws.region}:{self.aws.account}:stateMachine:talk{qualifier}"
        answer = self.aws.client("stepfunctions").start_execution(stateMachineArn=arn)
        return str(answer["executionArn"])

    def after(self, seconds: float) -> None:
        self.clock.run_until(self.clock.now + timedelta(seconds=seconds))

    def described(self, execution: str) -> dict[str, Any]:
        answer: dict[str, Any] = self.aws.client("stepfunctions").describe_execution(executionArn=execution)
        return answer

    def said(self, execution: str) -> list[list[str]]:
        described = self.described(execution)
        assert described["status"] == "SUCCEEDED", described
        said: list[list[str]] = json.loads(described["output"])["said"]
        return said


@pytest.fixture
def stage() -> Iterator[Stage]:
    with (
        simulated_account() as aws,
        closing(Clock(datetime(2026, 12, 7, 3, tzinfo=UTC))) as clock,
        closing(ApiCalls(clock)) as calls,
        closing(Randomness(7)) as randomness,
    ):
        calls.install()
        with closing(ControlPlane(clock, calls, aws, randomness, lambda *_: None)) as plane:
            yield Stage(clock, aws, plane)


def test_an_execution_under_way_keeps_code_and_definition_and_the_next_has_the_new_ones(
    stage: Stage, tmp_path: Path
) -> None:
    stage.deploy(write(tmp_path / "old", code="old", waits=600))
    under_way = stage.start()
    stage.after(60)
    stage.deploy(write(tmp_path / "new", code="new", waits=5))
    following = stage.start()
    stage.after(30)
    assert stage.said(following) == [["new", "first", "2"]] * 2
    assert stage.described(under_way)["status"] == "RUNNING"
    stage.after(600)
    assert stage.said(under_way) == [["old", "first", "1"]] * 2


def test_another_parameter_is_another_version_though_the_templates_text_is_the_same(
    stage: Stage, tmp_path: Path
) -> None:
    template = write(tmp_path / "one", code="one", waits=600)
    stage.deploy(template)
    under_way = stage.start()
    stage.after(60)
    stage.deploy(template, Word="second")
    following = stage.start()
    stage.after(1_300)
    assert stage.said(under_way) == [["one", "first", "1"]] * 2
    assert stage.said(following) == [["one", "second", "2"]] * 2


def test_a_deployment_that_changes_nothing_publishes_nothing(stage: Stage, tmp_path: Path) -> None:
    template = write(tmp_path / "one", code="one", waits=1)
    stage.deploy(template)
    stage.deploy(template)
    assert stage.plane.stacks[0].changes == []
    versions = stage.aws.client("lambda").list_versions_by_function(FunctionName="say")["Versions"]
    assert [version["Version"] for version in versions] == ["$LATEST", "1"]


def test_an_execution_says_by_which_alias_and_version_it_was_started(stage: Stage, tmp_path: Path) -> None:
    stage.deploy(write(tmp_path / "one", code="one", waits=1))
    machine = f"arn:aws:states:{stage.aws.region}:{stage.aws.account}:stateMachine:talk"
    by_alias, by_version, plain = (stage.described(stage.start(end)) for end in (":live", ":1", ""))
    assert by_alias["stateMachineArn"] == by_version["stateMachineArn"] == plain["stateMachineArn"] == machine
    assert (by_alias["stateMachineAliasArn"], by_alias["stateMachineVersionArn"]) == (
        f"{machine}:live",
        f"{machine}:1",
    )
    assert by_version["stateMachineVersionArn"] == f"{machine}:1"
    assert "stateMachineAliasArn" not in by_version
    assert not {"stateMachineAliasArn", "stateMachineVersionArn"} & set(plain)


@pytest.mark.parametrize("qualifier", [":gone", ":7"])
def test_a_version_or_alias_that_is_not_there_starts_nothing(
    stage: Stage, tmp_path: Path, qualifier: str
) -> None:
    stage.deploy(write(tmp_path / "one", code="one", waits=1))
    with pytest.raises(stage.aws.client("stepfunctions").exceptions.StateMachineDoesNotExist):
        stage.start(qualifier)


def test_a_function_is_invoked_in_the_version_that_was_asked_for(stage: Stage, tmp_path: Path) -> None:
    stage.deploy(write(tmp_path / "old", code="old", waits=1))
    stage.deploy(write(tmp_path / "new", code="new", waits=1))
    client = stage.aws.client("lambda")

    answers = {}

    def ask() -> None:
        for name in ("say", "say:1", "say:2", "say:live"):
            answer = client.invoke(FunctionName=name)
            answers[name] = (answer["ExecutedVersion"], json.loads(answer["Payload"].read())["said"][0][0])

    stage.clock.spawn(ask, name="ask")
    stage.after(60)
    assert answers == {
        "say": ("$LATEST", "new"),
        "say:1": ("1", "old"),
        "say:2": ("2", "new"),
        "say:live": ("2", "new"),
    }


def test_the_end_of_an_execution_is_an_event_with_what_describe_execution_says(
    stage: Stage, tmp_path: Path
) -> None:
    stage.deploy(write(tmp_path / "one", code="one", waits=10))
    queue = stage.aws.client("sqs").create_queue(QueueName="ends")["QueueUrl"]
    events = stage.aws.client("events")
    pattern = {"source": ["aws.states"], "detail": {"status": ["RUNNING", "ABORTED"]}}
    events.put_rule(Name="ends", EventPattern=json.dumps(pattern))
    target = f"arn:aws:sqs:{stage.aws.region}:{stage.aws.account}:ends"
    events.put_targets(Rule="ends", Targets=[{"Id": "queue", "Arn": target}])
    execution = stage.start()
    stage.after(5)
    stage.aws.client("stepfunctions").stop_execution(executionArn=execution, error="Enough")
    stage.after(5)
    bodies = stage.aws.client("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=10)["Messages"]
    begun, ended = (json.loads(message["Body"])["detail"] for message in bodies)
    machine = f"arn:aws:states:{stage.aws.region}:{stage.aws.account}:stateMachine:talk"
    for detail in (begun, ended):
        assert detail["executionArn"] == execution
        assert detail["stateMachineArn"] == machine
        assert detail["stateMachineAliasArn"] == f"{machine}:live"
        assert detail["stateMachineVersionArn"] == f"{machine}:1"
        assert (detail["input"], detail["inputDetails"]) == ("{}", {"included": True})
    assert (begun["status"], begun["stopDate"], begun["error"]) == ("RUNNING", None, None)
    assert (ended["status"], ended["error"], ended["cause"], ended["output"]) == (
        "ABORTED",
        "Enough",
        None,
        None,
    )
    assert ended["stopDate"] - ended["startDate"] == pytest.approx(5_000, abs=1_000)
