"""A deployed stack: what was made of a template, and what the last deployment did."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from twin.cloudformation.provider import Aws, Resource
    from twin.package import Packaged


@dataclass
class Stack:
    """A deployed stack; `deployment` makes and changes it, `deletion` deletes it."""

    name: str
    aws: Aws
    outputs: dict[str, Any] = field(default_factory=dict)
    made: dict[str, Resource] = field(default_factory=dict)
    """The resources that stand, by logical id."""
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
        return {name: resource.physical for name, resource in self.made.items()}

    @property
    def size(self) -> int:
        """How many resources it has, those of nested stacks among them."""
        return len(self.made) + sum(sub.size for sub in self.nested.values())

    @property
    def code(self) -> dict[str, Path]:
        """Name of each deployed Lambda function to the folder that its handler is imported from."""
        functions = (resource for resource in self.made.values() if resource.kind == "AWS::Lambda::Function")
        own = {function.physical: function.code for function in functions if function.code}
        return {**own, **{name: path for sub in self.nested.values() for name, path in sub.code.items()}}
