"""Stacks: a template's resources made in order, changed when they differ, undone when one of them fails."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from twin.cloudformation import resources
from twin.cloudformation.check import Plan, plan
from twin.cloudformation.functions import INTRINSICS
from twin.cloudformation.intrinsics import Resolver
from twin.cloudformation.naming import complete
from twin.cloudformation.problems import Problems, TemplateError
from twin.cloudformation.provider import PROVIDERS, Aws, Made
from twin.cloudformation.scope import NESTED_STACK

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from twin.package import Packaged


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

    @property
    def resources(self) -> dict[str, str]:
        """Logical id to physical id."""
        return {name: made.physical for name, made in self.made.items()}

    @property
    def code(self) -> dict[str, Path]:
        """Name of each deployed Lambda function to the folder that its handler is imported from."""
        functions = (made for made in self.made.values() if made.kind == "AWS::Lambda::Function")
        own = {made.physical: made.code for made in functions if made.code}
        return {**own, **{name: path for sub in self.nested.values() for name, path in sub.code.items()}}

    def update(self, packaged: Packaged, *, parameters: Mapping[str, str] | None = None) -> None:
        """This function will change the stack to another template, or the same one with other parameters.

        Resources whose properties are the same are left alone.

        Raises:
            TemplateError: The template is wrong (nothing was touched), or a resource failed (everything was undone).
        """
        checked = plan(packaged, stack=self.name, parameters=parameters or {}, aws=self.aws)
        checked.problems.stop_if_any()
        _Deployment(self, checked).run()

    def delete(self) -> None:
        """This function will delete the stack's resources, the last made first, and keep those that are retained."""
        for name in self.exports:
            self.aws.exports.pop(name, None)
        for name, made in reversed(self.made.items()):
            _discard(self, name, made)
        self.made.clear()
        self.nested.clear()
        self.outputs.clear()


def deploy(
    packaged: Packaged, *, stack_name: str, parameters: Mapping[str, str] | None = None, aws: Aws
) -> Stack:
    """This function will deploy a template to the simulated AWS.

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


class _Deployment:
    """One pass over a stack: from what is there to what the plan says."""

    def __init__(self, stack: Stack, checked: Plan) -> None:
        self.stack, self.plan = stack, checked
        self.before, self.nested_before = dict(stack.made), dict(stack.nested)
        self.problems = Problems(checked.packaged.sources)
        self.resolver = Resolver(checked.scope, self.problems, INTRINSICS)
        self.undo: list[Callable[[], None]] = []
        stack.changes, stack.warnings = [], []

    def run(self) -> None:
        made: dict[str, Made] = {}
        for name in self.plan.order:
            try:
                made[name] = self._one(name)
                self.problems.stop_if_any()
            except TemplateError:
                self._roll_back()
                raise
            except Exception as error:
                self._roll_back()
                self.problems.add(
                    ("Resources", name), f"{resources.sentence(error)}; the deployment was undone"
                )
                raise TemplateError(self.problems.found) from error
            self.plan.scope.made[name] = made[name]
        self._clean_up(made)
        self.stack.made = made
        self._outputs()

    def _one(self, name: str) -> Made:
        written = self.plan.packaged.template["Resources"][name]
        properties = self.resolver.resolve(written.get("Properties") or {}, ("Resources", name, "Properties"))
        self.problems.stop_if_any()
        if written["Type"] == NESTED_STACK:
            made = self._nested(name, properties)
        else:
            made = self._resource(name, written["Type"], properties)
        made.keep = self.resolver.resolve(written.get("DeletionPolicy", "Delete"), ("Resources", name))
        return made

    def _resource(self, name: str, kind: str, properties: dict[str, Any]) -> Made:
        provider = PROVIDERS[kind]
        old = self.before.get(name)
        made = Made(
            name, kind, complete(properties, provider, self.stack.name, name), self.stack.aws, self.stack.name
        )
        made.code = self.plan.packaged.code.get(name)
        self._warn(name, made)
        if old is None or old.kind != kind:
            resources.create(made)
            self._did("created", name, lambda: resources.remove(made))
            return made
        if old.properties == made.properties:
            old.code = made.code
            return old
        if resources.changes_in_place(provider, old.properties, made.properties):
            made.response, made.physical, made.attributes = old.response, old.physical, dict(old.attributes)
            made.notes = old.notes
            resources.change(made, provider)
            self._did("updated", name, lambda: resources.change(old, provider))
            return made
        self._replace(name, old, made)
        return made

    def _replace(self, name: str, old: Made, made: Made) -> None:
        """Makes a resource anew under its name; the old one goes first, for most names are unique."""
        policy = self.plan.packaged.template["Resources"][name].get("UpdateReplacePolicy", "Delete")
        if policy != "Delete":
            raise ValueError(
                f"the change needs a replacement, and UpdateReplacePolicy {policy} keeps the old one, whose name is "
                "taken: rename the resource, or undo the change"
            )
        resources.remove(old)
        self.undo.append(lambda: resources.create(old))
        resources.create(made)
        self._did("replaced", name, lambda: resources.remove(made))

    def _nested(self, name: str, properties: dict[str, Any]) -> Made:
        given = {key: _text(value) for key, value in properties.get("Parameters", {}).items()}
        packaged = self.plan.packaged.nested[name]
        sub = self.nested_before.get(name)
        if sub is None:
            sub = deploy(
                packaged, stack_name=f"{self.stack.name}-{name}", parameters=given, aws=self.stack.aws
            )
            self._did("created", name, sub.delete)
            self.stack.nested[name] = sub
        else:
            sub.update(packaged, parameters=given)
            if sub.changes:
                self._did("updated", name, lambda: None)
        self.stack.warnings += sub.warnings
        made = Made(name, NESTED_STACK, dict(properties), self.stack.aws, self.stack.name, physical=sub.name)
        made.attributes = {f"Outputs.{key}": value for key, value in sub.outputs.items()}
        return made

    def _warn(self, name: str, made: Made) -> None:
        reasons = PROVIDERS[made.kind].not_emulated
        self.stack.warnings += [
            f"{name}: {key} has no effect in the twin ({reasons[key]})"
            for key in made.properties
            if key in reasons
        ]

    def _did(self, what: str, name: str, undo: Callable[[], None]) -> None:
        self.stack.changes.append((what, name))
        self.undo.append(undo)

    def _roll_back(self) -> None:
        for undo in reversed(self.undo):
            undo()
        self.stack.changes = []
        self.stack.nested = self.nested_before

    def _clean_up(self, made: dict[str, Made]) -> None:
        for name, old in reversed(self.before.items()):
            if name not in made:
                _discard(self.stack, name, old)
                self.stack.changes.append(("deleted", name))

    def _outputs(self) -> None:
        stack, outputs = self.stack, {}
        for name, output in self.plan.packaged.template.get("Outputs", {}).items():
            route = ("Outputs", name)
            if "Condition" in output and not self.resolver.condition(
                output["Condition"], (*route, "Condition")
            ):
                continue
            outputs[name] = self.resolver.resolve(output["Value"], (*route, "Value"))
            if "Export" in output:
                export = self.resolver.resolve(output["Export"], (*route, "Export"))["Name"]
                stack.aws.exports[export] = outputs[name]
                stack.exports.append(export)
        self.problems.stop_if_any()
        stack.outputs = outputs


def _discard(stack: Stack, name: str, made: Made) -> None:
    """Deletes one resource, unless its deletion policy keeps it."""
    if made.keep in ("Retain", "RetainExceptOnCreate"):
        return
    if made.kind == NESTED_STACK:
        stack.nested.pop(name).delete()
    else:
        resources.remove(made)


def _text(value: Any) -> str:
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)
