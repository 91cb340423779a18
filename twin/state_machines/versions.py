"""Versions and aliases of a machine: an execution runs what the ARN named by which it was started."""

from __future__ import annotations

import copy
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, NamedTuple

from twin.state_machines import moto_names as moto

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from twin.patches import Patches

UNQUALIFIED = 7
"""How many parts the ARN of a machine has; a version's and an alias' have one more."""


class Bound(NamedTuple):
    """What an execution is bound to.

    Attributes:
        machine: ARN of the machine itself.
        version: The published version whose definition and role it runs; None for the machine as it is now.
        alias: ARN of the alias that led to the version; None when the version was named itself.
    """

    machine: str
    version: Any = None
    alias: str | None = None


def bound_by(backend: Any, arn: str, numbers: Random) -> Bound:
    """Returns what StartExecution binds an execution to.

    Args:
        backend: moto's, with the machines.
        arn: As it was given: of a machine, of a version, or of an alias.
        numbers: Choose between an alias' two versions, by their weights.

    Raises:
        moto's StateMachineDoesNotExist: There is no such machine, version or alias.
    """
    if len(arn.split(":")) <= UNQUALIFIED:
        return Bound(arn)
    machine_arn, qualifier = arn.rsplit(":", 1)
    if qualifier.isnumeric():
        return Bound(machine_arn, backend.describe_state_machine(arn))
    machine = backend.describe_state_machine(machine_arn)
    alias = machine.aliases.get(qualifier)
    if alias is None:
        raise moto.StateMachineDoesNotExist(f"State Machine Alias Does Not Exist: '{arn}'")
    routes = alias.routing_configuration
    weights = [int(route.get("weight", 100)) for route in routes]
    route = routes[0] if len(routes) == 1 else numbers.choices(routes, weights)[0]
    return Bound(machine_arn, backend.describe_state_machine(route["stateMachineVersionArn"]), arn)


def patch(patches: Patches, numbers: Random) -> Callable[[Any, str, Callable[[str], Any]], Any]:
    """Lets moto copy a machine for an execution as its version has it.

    Returns:
        What starts an execution: it is given moto's backend, the ARN that was asked for, and the start
        itself, which takes the machine's own ARN.
    """
    asked: list[Bound] = []

    def as_it_was_published(machine: Any, _shared: Any) -> Any:
        # An update gives the machine other values and changes none in place, so that a shallow copy is
        # enough.
        bound = asked[-1] if asked else Bound(machine.arn)
        clone = copy.copy(machine)
        clone.executions = []
        clone.bound = bound
        if bound.version is not None:
            clone.definition, clone.roleArn = bound.version.definition, bound.version.roleArn
        return clone

    def start(backend: Any, arn: str, start: Callable[[str], Any]) -> Any:
        bound = bound_by(backend, arn, numbers)
        asked.append(bound)
        try:
            return start(bound.machine)
        finally:
            asked.pop()

    describe = moto.StepFunctionResponse.describe_execution

    def describe_with_version(response: Any) -> Any:
        answer: Any = describe(response)
        arn = response._get_param("executionArn")
        execution = response.stepfunction_backend.describe_execution(arn)
        bound: Bound = execution.state_machine.bound
        if "outputDetails" in answer.result:
            # moto leaves a text without its quotes, and null out.
            answer.result["output"] = moto.to_json_str(execution.output, separators=(",", ":"))
        if bound.version is not None:
            answer.result["stateMachineVersionArn"] = bound.version.arn
        if bound.alias is not None:
            answer.result["stateMachineAliasArn"] = bound.alias
        return answer

    patches.set(moto.models, "copy", SimpleNamespace(deepcopy=as_it_was_published))
    patches.set(moto.StepFunctionResponse, "describe_execution", describe_with_version)
    return start
