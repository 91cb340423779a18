"""Secrets and parameters by reference are read for each call, and kept nowhere."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.unit.twin.cloudformation.packaging import packaged
from twin.cloudformation import TemplateError, deploy
from twin.cloudformation.dynamic_references import malformed_references

if TYPE_CHECKING:
    from pathlib import Path

    from twin.account import Account


SECRET = """\
Parameters: {Key: {Type: String, Default: password}}
Resources:
  Secret:
    Type: AWS::SecretsManager::Secret
    Properties:
      Name: word
      GenerateSecretString:
        {SecretStringTemplate: '{"user": "me"}', GenerateStringKey: password, PasswordLength: 20}
  Parameter:
    Type: AWS::SSM::Parameter
    Properties:
      {Name: copy, Type: String, Value: !Sub "{{resolve:secretsmanager:${Secret}:SecretString:${Key}}}"}
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
