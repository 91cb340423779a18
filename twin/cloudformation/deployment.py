"""Deploys: a template's resources made in order, changed when they differ, undone when one of them fails."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin.cloudformation import lifecycle
from twin.cloudformation.check import plan
from twin.cloudformation.deletion import delete, discard
from twin.cloudformation.intrinsics import INTRINSICS, Resolver
from twin.cloudformation.naming import with_name
from twin.cloudformation.parameters import parameter_text
from twin.cloudformation.problems import Problems, TemplateError
from twin.cloudformation.provider import PROVIDERS, Resource
from twin.cloudformation.scope import NESTED_STACK
from twin.cloudformation.stack import Stack

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from twin.cloudformation.check import Plan
    from twin.cloudformation.provider import Aws
    from twin.package import Packaged


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
    update(stack, packaged, parameters=parameters)
    return stack


def update(stack: Stack, packaged: Packaged, *, parameters: Mapping[str, str] | None = None) -> None:
    """Changes a stack to another template, or to the same one with other parameters.

    Resources whose properties are the same are left alone.

    Raises:
        TemplateError: The template is wrong (nothing was touched), or a resource failed (everything was
            undone).
    """
    checked = plan(
        packaged, stack=stack.name, parameters=parameters or {}, aws=stack.aws, owned=stack.exports
    )
    checked.problems.stop_if_any()
    _Deployment(stack, checked).run()
    stack.deployed = (packaged, dict(parameters or {}))


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
        """Makes, changes and deletes what differs, in order."""
        made: dict[str, Resource] = {}
        for name in self.plan.order:
            try:
                made[name] = self._deploy(name)
                self.problems.stop_if_any()
            except TemplateError:
                self._roll_back()
                raise
            except Exception as error:
                self._roll_back()
                text = f"{lifecycle.describe_error(error)}; the deployment was undone"
                self.problems.add(("Resources", name), text)
                raise TemplateError(self.problems.found) from error
            self.plan.scope.made[name] = made[name]
        self._clean_up(made)
        self.stack.made = made
        self._outputs()

    def _deploy(self, name: str) -> Resource:
        """Brings one resource to what the template says of it, and returns it."""
        written = self.plan.packaged.template["Resources"][name]
        properties = self.resolver.resolve(written.get("Properties") or {}, ("Resources", name, "Properties"))
        self.problems.stop_if_any()
        if written["Type"] == NESTED_STACK:
            resource = self._nested(name, properties)
        else:
            resource = self._resource(name, written["Type"], properties)
        resource.keep = self.resolver.resolve(written.get("DeletionPolicy", "Delete"), ("Resources", name))
        return resource

    def _resource(self, name: str, kind: str, properties: dict[str, Any]) -> Resource:
        provider = PROVIDERS[kind]
        old = self.before.get(name)
        properties = with_name(properties, provider, self.stack.name, name)
        new = Resource(name, kind, properties, self.stack.aws, self.stack.name)
        new.code = self.plan.packaged.code.get(name)
        self.stack.warnings += lifecycle.warnings(new)
        if old is None or old.kind != kind:
            lifecycle.create(new)
            self._did("created", name, lambda: lifecycle.remove(new))
            return new
        if old.properties == new.properties:
            old.code = new.code
            return old
        if lifecycle.changes_in_place(provider, old.properties, new.properties):
            new.response, new.physical, new.attributes = old.response, old.physical, dict(old.attributes)
            new.notes = old.notes
            lifecycle.change(new, provider)
            self._did("updated", name, lambda: lifecycle.change(old, provider))
            return new
        self._replace(name, old, new)
        return new

    def _replace(self, name: str, old: Resource, new: Resource) -> None:
        """Makes a resource anew under its name; the old one goes first, for most names are unique."""
        policy = self.plan.packaged.template["Resources"][name].get("UpdateReplacePolicy", "Delete")
        if policy != "Delete" and PROVIDERS[new.kind].numbered:
            # What AWS numbers, such as a version, stays beside its successor.
            lifecycle.create(new)
            self._did("replaced", name, lambda: lifecycle.remove(new))
            return
        if policy != "Delete":
            raise ValueError(
                f"the change needs a replacement, and UpdateReplacePolicy {policy} keeps the old one, whose "
                "name is taken: rename the resource, or undo the change"
            )
        lifecycle.remove(old)
        self.undo.append(lambda: lifecycle.create(old))
        lifecycle.create(new)
        self._did("replaced", name, lambda: lifecycle.remove(new))

    def _nested(self, name: str, properties: dict[str, Any]) -> Resource:
        parameters = {key: parameter_text(value) for key, value in properties.get("Parameters", {}).items()}
        packaged = self.plan.packaged.nested[name]
        sub = self.nested_before.get(name)
        if sub is None:
            sub = Stack(f"{self.stack.name}-{name}", self.stack.aws)
            update(sub, packaged, parameters=parameters)
            self._did("created", name, lambda: delete(sub))
            self.stack.nested[name] = sub
        else:
            before = sub.deployed
            update(sub, packaged, parameters=parameters)
            if sub.changes and before:
                self._did("updated", name, lambda: update(sub, before[0], parameters=before[1]))
        self.stack.warnings += sub.warnings
        nested = Resource(name, NESTED_STACK, dict(properties), self.stack.aws, self.stack.name)
        nested.physical = sub.name
        nested.attributes = {f"Outputs.{key}": value for key, value in sub.outputs.items()}
        return nested

    def _did(self, what: str, name: str, undo: Callable[[], None]) -> None:
        self.stack.changes.append((what, name))
        self.undo.append(undo)

    def _roll_back(self) -> None:
        for undo in reversed(self.undo):
            undo()
        self.stack.changes = []
        self.stack.nested = self.nested_before

    def _clean_up(self, made: dict[str, Resource]) -> None:
        for name, old in reversed(self.before.items()):
            if name not in made:
                discard(self.stack, name, old)
                self.stack.changes.append(("deleted", name))

    def _outputs(self) -> None:
        stack, outputs = self.stack, {}
        for name, output in self.plan.packaged.template.get("Outputs", {}).items():
            route = ("Outputs", name)
            if not self.resolver.applies(output, route):
                continue
            outputs[name] = self.resolver.resolve(output["Value"], (*route, "Value"))
            if "Export" in output:
                export = self.resolver.resolve(output["Export"], (*route, "Export"))["Name"]
                stack.aws.exports[export] = outputs[name]
                if export not in stack.exports:
                    stack.exports.append(export)
        self.problems.stop_if_any()
        stack.outputs = outputs
