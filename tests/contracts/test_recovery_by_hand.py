"""The runbook for the human who restores by hand: every command that it names exists, with every option."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import botocore.session
import pytest
import typer
from botocore import xform_name

from toban import backup, recovery

TEXT = (Path(__file__).parents[2] / "docs/runbooks/recovery_database_by_hand.md").read_text("utf-8")
COMMANDS = re.findall(r"^ *\$ (.+)$", TEXT, re.MULTILINE)
GLOBAL = {"region"}
SHORTHANDS = {"protocol", "port", "source-group"}
"""What the AWS CLI takes for `IpPermissions` of a security group."""


def of(program: str) -> list[list[str]]:
    found = [shlex.split(command) for command in COMMANDS]
    return [words[1:] for words in found if words[0] == program]


def test_each_step_has_its_commands() -> None:
    assert (len(of("curl")), len(of("aws")), len(of("toban"))) == (1, 7, 3)
    assert len(COMMANDS) == 11


@pytest.mark.parametrize("words", of("aws"), ids=lambda words: words[1])
def test_aws_knows_the_operation_and_each_option_and_lacks_none(words: list[str]) -> None:
    service, operation, *rest = words
    model = botocore.session.get_session().get_service_model(service)
    [name] = [each for each in model.operation_names if xform_name(each, "-") == operation]
    shape = model.operation_model(name).input_shape
    assert shape is not None
    members = {xform_name(member, "-"): member for member in shape.members}
    options = {word.removeprefix("--") for word in rest if word.startswith("--")}
    flags = {option.removeprefix("no-") for option in options}

    assert flags - set(members) - GLOBAL - (SHORTHANDS if service == "ec2" else set()) == set()
    assert {xform_name(each, "-") for each in shape.required_members} <= options
    booleans = {
        option for option in flags & set(members) if shape.members[members[option]].type_name == "boolean"
    }
    for option in options - booleans - {f"no-{each}" for each in booleans}:
        value = rest[rest.index(f"--{option}") + 1]
        assert not value.startswith("--"), f"--{option} has no value"


@pytest.mark.parametrize("words", of("toban"), ids=lambda words: " ".join(words[:2]))
def test_toban_knows_the_command_and_each_option(words: list[str]) -> None:
    group, name, *rest = words
    app: Any = typer.main.get_command({"backup": backup.app, "recovery": recovery.app}[group])
    known = {option for each in app.commands[name].params for option in each.opts}

    assert {word for word in rest if word.startswith("--")} <= known
    needed = [each for each in app.commands[name].params if each.required and not each.envvar]
    required = {each.opts[0] for each in needed if each.opts[0].startswith("--")}
    assert required <= set(rest)
