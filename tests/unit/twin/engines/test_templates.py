"""Templates are refused by CloudFormation's own rules, in words, on their line, before anything is made."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER
from moto import mock_aws

from tests.unit.twin.engines.corpus import corpus, told
from twin.account import Account
from twin.cloudformation import TemplateError, deploy
from twin.cloudformation.provider import PROVIDERS
from twin.cloudformation.providers import load_all
from twin.cloudformation.scope import ATTRIBUTES
from twin.package import package

if TYPE_CHECKING:
    from pathlib import Path

PAGE = corpus("templates")
SOUND: str = PAGE["sound"]


def refused(text: str, folder: Path) -> str:
    file = folder / "template.yaml"
    file.write_text(text, encoding="utf-8")
    try:
        with mock_aws():
            deploy(package(file), stack_name="s", aws=Account(region="us-east-1"))
    except TemplateError as error:
        return str(error)
    return ""


def test_every_row_names_its_source() -> None:
    assert {row[0] for row in (*PAGE["changes"], *PAGE["many"])} == set(PAGE["sources"])


def test_the_sound_template_deploys(tmp_path: Path) -> None:
    assert refused(SOUND, tmp_path) == ""


@pytest.mark.parametrize("row", PAGE["changes"], ids=lambda row: f"{told(row)} to {row[2][:40]}")
def test_what_cloudformation_refuses_is_refused_with_its_line(row: list[Any], tmp_path: Path) -> None:
    _, before, after, says = row
    assert before in SOUND
    answer = refused(SOUND.replace(before, after, 1), tmp_path)

    assert says in answer
    assert re.match(r".*template\.yaml:\d+: ", answer)
    assert "Traceback" not in answer


@pytest.mark.parametrize("row", PAGE["many"], ids=told)
def test_the_quotas_of_a_template_hold(row: list[Any], tmp_path: Path) -> None:
    _, count, section, line, says = row
    lines = "\n".join(line.format(number) for number in range(count))
    resources = "" if section == "Resources" else "Resources: {T: {Type: AWS::SNS::Topic}}\n"

    assert says in refused(f"{resources}{section}:\n{lines}\n", tmp_path)


def test_a_template_that_is_too_large_is_refused(tmp_path: Path) -> None:
    assert "1000000 are the most" in refused(SOUND + "#" * 1_000_000, tmp_path)


def test_an_export_belongs_to_one_stack(tmp_path: Path) -> None:
    file = tmp_path / "template.yaml"
    file.write_text(SOUND, encoding="utf-8")
    with mock_aws():
        account = Account(region="us-east-1")
        deploy(package(file), stack_name="one", aws=account)
        with pytest.raises(TemplateError, match="another stack exports queue-arn already"):
            deploy(package(file), stack_name="two", parameters={"Name": "other"}, aws=account)


def test_the_attributes_of_each_type_are_those_that_aws_publishes() -> None:
    """Held against the resource schemas as cfn-lint ships them."""
    load_all()
    written = json.loads(ATTRIBUTES.read_text(encoding="utf-8"))
    published = {
        kind: " ".join(sorted(PROVIDER_SCHEMA_MANAGER.get_resource_schema("ap-northeast-1", kind).get_atts))
        for kind in sorted(PROVIDERS)
    }

    assert written == published


def test_the_twin_knows_no_attribute_that_aws_does_not_publish() -> None:
    load_all()
    written = json.loads(ATTRIBUTES.read_text(encoding="utf-8"))
    unknown = {kind: set(made.attributes) - set(written[kind].split()) for kind, made in PROVIDERS.items()}

    assert {kind: names for kind, names in unknown.items() if names} == {}
