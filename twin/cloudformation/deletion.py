"""Deletes stacks and single resources, as their deletion policies allow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin.cloudformation import lifecycle
from twin.cloudformation.scope import NESTED_STACK

if TYPE_CHECKING:
    from twin.cloudformation.provider import Resource
    from twin.cloudformation.stack import Stack


class DeletionError(Exception):
    """A resource that cannot be deleted, for its protection or for what is in it, and why."""


def delete(stack: Stack) -> None:
    """Deletes a stack's resources, the last made first, and keeps those that are retained.

    Raises:
        DeletionError: AWS refused to delete one; what depended on it is gone, the rest stands, and a second
            call goes on from there.
    """
    for name, resource in reversed(list(stack.made.items())):
        try:
            discard(stack, name, resource)
        except DeletionError:
            raise
        except Exception as error:
            text = lifecycle.describe_error(error)
            raise DeletionError(f"Resource {name} of stack {stack.name} was not deleted: {text}") from error
        del stack.made[name]
    for name in stack.exports:
        stack.aws.exports.pop(name, None)
    stack.nested.clear()
    stack.outputs.clear()


def discard(stack: Stack, name: str, resource: Resource) -> None:
    """Deletes one resource, unless its deletion policy keeps it."""
    if resource.keep in ("Retain", "RetainExceptOnCreate"):
        return
    if resource.kind == NESTED_STACK:
        delete(stack.nested[name])
        del stack.nested[name]
    else:
        lifecycle.remove(resource)
