"""AWS::SSM: parameters that functions read at run time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin.cloudformation import calls
from twin.cloudformation.provider import Provider, Resource, register, tag_list

if TYPE_CHECKING:
    from collections.abc import Mapping


def parameter_input(resource: Resource) -> Mapping[str, Any]:
    """Builds PutParameter's input."""
    tags = tag_list(resource)
    given = {key: value for key, value in resource.properties.items() if key != "Tags"}
    return {**given, **({"Tags": tags} if tags else {})}


def change_parameter(resource: Resource) -> None:
    """Overwrites a parameter's value."""
    given = {key: value for key, value in resource.properties.items() if key != "Tags"}
    calls.call(resource.aws, "ssm.PutParameter", {**given, "Overwrite": True})


register(
    Provider(
        kind="AWS::SSM::Parameter",
        create="ssm.PutParameter",
        name="Name",
        name_limit=1011,
        ref="=Name",
        attributes={"Type": "=Type", "Value": "=Value"},
        adapt=parameter_input,
        needs=frozenset({"Type", "Value"}),
        update=change_parameter,
        immutable=frozenset({"Tags"}),
        delete="ssm.DeleteParameter",
        delete_input=lambda resource: {"Name": resource.physical},
    ),
)
