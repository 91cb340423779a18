"""One pass over a stack: from what is there to what a checked template says, undone when something fails."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin.cloudformation import resources
from twin.cloudformation.functions import INTRINSICS
from twin.cloudformation.intrinsics import Resolver
from twin.cloudformation.naming import complete
from twin.cloudformation.problems import Problems, TemplateError
from twin.cloudformation.provider import PROVIDERS, Made
from twin.cloudformation.scope import NESTED_STACK

if TYPE_CHECKING:
    from collections.abc import Callable

    from twin.cloudformation.check import Plan
    from twin.cloudformation.stack import Stack


class Deployment:
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
            sub = type(self.stack)(f"{self.stack.name}-{name}", self.stack.aws)
            sub.update(packaged, parameters=given)
            self._did("created", name, sub.delete)
            self.stack.nested[name] = sub
        else:
            before = sub.deployed
            sub.update(packaged, parameters=given)
            if sub.changes and before:
                self._did("updated", name, lambda: sub.update(before[0], parameters=before[1]))
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
                discard(self.stack, name, old)
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


def discard(stack: Stack, name: str, made: Made) -> None:
    """Deletes one resource, unless its deletion policy keeps it."""
    if made.keep in ("Retain", "RetainExceptOnCreate"):
        return
    if made.kind == NESTED_STACK:
        stack.nested[name].delete()
        del stack.nested[name]
    else:
        resources.remove(made)


def _text(value: Any) -> str:
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)
