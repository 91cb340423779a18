"""AWS::StepFunctions: state machines, their versions and aliases."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from twin.cloudformation import calls
from twin.cloudformation.definitions import check_definition, check_substitutions, definition_of
from twin.cloudformation.provider import Provider, register
from twin.cloudformation.provider import Resource as Made

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def machine_input(made: Made) -> Mapping[str, Any]:
    """Returns CreateStateMachine's input."""
    given = made.properties
    renamed = {
        "Name": given["StateMachineName"],
        "Type": given.get("StateMachineType", "STANDARD"),
        "RoleArn": given.get("RoleArn"),
        "Definition": definition_of(made),
        "LoggingConfiguration": given.get("LoggingConfiguration"),
        "TracingConfiguration": given.get("TracingConfiguration"),
        "Tags": given.get("Tags"),
    }
    known = {*renamed, "StateMachineName", "StateMachineType", "DefinitionString", "DefinitionSubstitutions"}
    rest = {key: value for key, value in given.items() if key not in known}
    return {key: value for key, value in {**renamed, **rest}.items() if value is not None}


def note_revision(made: Made) -> None:
    """Notes the revision that a creation or an update has led to; a version is published for each."""
    text = f"{definition_of(made)} {made.properties.get('RoleArn')}"
    made.attributes["StateMachineRevisionId"] = hashlib.sha256(text.encode()).hexdigest()[:36]


def version_input(made: Made) -> Mapping[str, Any]:
    """Returns the input of the update that publishes a version and changes nothing else."""
    machine = made.properties.get("StateMachineArn")
    if made.pending:
        return {"stateMachineArn": machine, "publish": True}
    role = calls.call(made.aws, "stepfunctions.DescribeStateMachine", {"stateMachineArn": machine})["roleArn"]
    return {"stateMachineArn": machine, "roleArn": role, "publish": True}


def alias_input(made: Made) -> Mapping[str, Any]:
    """Returns CreateStateMachineAlias' input: one version for all, or the routes as they are written."""
    given = made.properties
    preferred = (given.get("DeploymentPreference") or {}).get("StateMachineVersionArn")
    routes = given.get("RoutingConfiguration") or [{"StateMachineVersionArn": preferred, "Weight": 100}]
    return {"Name": given["Name"], "Description": given.get("Description"), "RoutingConfiguration": routes}


def check_alias(made: Made) -> Iterator[tuple[str, str]]:
    """Yields what AWS would refuse of an alias' routes."""
    given = made.properties
    if ("DeploymentPreference" in given) == ("RoutingConfiguration" in given):
        yield "Name", "an alias needs either DeploymentPreference or RoutingConfiguration: write one of them"
    elif "DeploymentPreference" in given and not given["DeploymentPreference"].get("StateMachineVersionArn"):
        yield "DeploymentPreference", "StateMachineVersionArn is missing: add it"


register(
    Provider(
        kind="AWS::StepFunctions::StateMachine",
        create="stepfunctions.CreateStateMachine",
        name="StateMachineName",
        name_limit=80,
        ref="stateMachineArn",
        attributes={
            "Arn": "stateMachineArn",
            "Name": "=StateMachineName",
            "StateMachineRevisionId": lambda made: made.attributes["StateMachineRevisionId"],
        },
        finish=note_revision,
        adapt=machine_input,
        needs=frozenset({"RoleArn"}),
        checks=(check_substitutions, check_definition),
        update="stepfunctions.UpdateStateMachine",
        identity=lambda made: {"stateMachineArn": made.physical},
        immutable=frozenset({"StateMachineType"}),
        delete="stepfunctions.DeleteStateMachine",
        delete_input=lambda made: {"stateMachineArn": made.physical},
    ),
    Provider(
        kind="AWS::StepFunctions::StateMachineVersion",
        create="stepfunctions.UpdateStateMachine",
        numbered=True,
        ref="stateMachineVersionArn",
        attributes={"Arn": "stateMachineVersionArn"},
        adapt=version_input,
        needs=frozenset({"StateMachineArn"}),
    ),
    Provider(
        kind="AWS::StepFunctions::StateMachineAlias",
        create="stepfunctions.CreateStateMachineAlias",
        ref="stateMachineAliasArn",
        attributes={"Arn": "stateMachineAliasArn"},
        adapt=alias_input,
        needs=frozenset({"Name"}),
        checks=(check_alias,),
        update="stepfunctions.UpdateStateMachineAlias",
        identity=lambda made: {"stateMachineAliasArn": made.physical},
        immutable=frozenset({"Name"}),
        delete="stepfunctions.DeleteStateMachineAlias",
        delete_input=lambda made: {"stateMachineAliasArn": made.physical},
    ),
)
