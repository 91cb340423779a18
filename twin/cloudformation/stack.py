"""Stacks: a template's resources made in order, changed when they differ, undone when one of them fails."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from twin.cloudformation import resources
from twin.cloudformation.check import plan
from twin.cloudformation.deployment import Deployment, discard

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from twin.cloudformation.provider import Aws, Made
    from twin.package import Packaged


class DeletionError(Exception):
    """A resource that cannot be deleted, for its protection or for what is in it, and why."""


@dataclass
class Stack:
    """A deployed stack."""

    name: str
    aws: Aws
    outputs: dict[str, Any] = field(default_factory=dict)
    made: dict[str, Made] = field(default_factory=dict)
    nested: dict[str, Stack] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    """What was accepted without effect, each with its reason."""
    changes: list[tuple[str, str]] = field(default_factory=list)
    """What the last deployment did: (created, updated, replaced or deleted; logical id)."""
    exports: list[str] = field(default_factory=list)
    deployed: tuple[Packaged, dict[str, str]] | None = None
    """The template and parameters that it was last deployed with; None before the first time."""

    @property
    def resources(self) -> dict[str, str]:
        """Logical id to physical id."""
        return {name: made.physical for name, made in self.made.items()}

    @property
    def size(self) -> int:
        """How many resources it has, those of nested stacks among them."""
        return len(self.made) + sum(sub.size for sub in self.nested.values())

    @property
    def code(self) -> dict[str, Path]:
        """Name of each deployed Lambda function to the folder that its handler is imported from."""
        functions = (made for made in self.made.values() if made.kind == "AWS::Lambda::Function")
        own = {made.physical: made.code for made in functions if made.code}
        return {**own, **{name: path for sub in self.nested.values() for name, path in sub.code.items()}}

    def update(self, packaged: Packaged, *, parameters: Mapping[str, str] | None = None) -> None:
        """Changes the stack to another template, or the same one with other parameters.

        Resources whose properties are the same are left alone.

        Raises:
            TemplateError: The template is wrong (nothing was touched), or a resource failed (everything was undone).
        """
        checked = plan(packaged, stack=self.name, parameters=parameters or {}, aws=self.aws)
        checked.problems.stop_if_any()
        Deployment(self, checked).run()
        self.deployed = (packaged, dict(parameters or {}))

    def delete(self) -> None:
        """Deletes the stack's resources, the last made first, and keeps those that are retained.

        Raises:
            DeletionError: AWS refused to delete one; what depended on it is gone, the rest stands, and a second call
                goes on from there.
        """
        for name, made in reversed(list(self.made.items())):
            try:
                discard(self, name, made)
            except DeletionError:
                raise
            except Exception as error:
                text = resources.sentence(error)
                raise DeletionError(
                    f"Resource {name} of stack {self.name} was not deleted: {text}"
                ) from error
            del self.made[name]
        for name in self.exports:
            self.aws.exports.pop(name, None)
        self.nested.clear()
        self.outputs.clear()


def deploy(
    packaged: Packaged, *, stack_name: str, parameters: Mapping[str, str] | None = None, aws: Aws
) -> Stack:
    """Deploys a template to the simulated AWS.

    Args:
        packaged: The template.
        stack_name: The stack's name; made-up names of resources start with it.
        parameters: Values for the template's parameters.
        aws: The account and Region.

    Returns:
        The stack, with its outputs.

    Raises:
        TemplateError: With every problem of the template (nothing was made), or with the resource that failed
            (what had been made was deleted again).
    """
    stack = Stack(stack_name, aws)
    stack.update(packaged, parameters=parameters)
    return stack
