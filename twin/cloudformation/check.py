"""Looks at a whole template before anything is made, and reports every problem it can find in one pass."""

from __future__ import annotations

import graphlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from twin.cloudformation import calls
from twin.cloudformation.dynamic import malformed
from twin.cloudformation.functions import INTRINSICS
from twin.cloudformation.intrinsics import Pending, Resolver
from twin.cloudformation.naming import complete, pseudo
from twin.cloudformation.parameters import settle
from twin.cloudformation.problems import Problem, Problems
from twin.cloudformation.provider import PROVIDERS, Made, Provider
from twin.cloudformation.providers import load_all
from twin.cloudformation.scope import NESTED_STACK, TemplateScope, closest
from twin.cloudformation.together import check_together

if TYPE_CHECKING:
    from collections.abc import Mapping

    from twin.cloudformation.provider import Aws
    from twin.cloudformation.source import Route
    from twin.package import Packaged

RESOURCE_KEYS = {
    "Condition", "CreationPolicy", "DeletionPolicy", "DependsOn", "Metadata", "Properties", "Type", "UpdatePolicy",
    "UpdateReplacePolicy",
}  # fmt: skip
POLICIES = {"Delete", "Retain", "RetainExceptOnCreate", "Snapshot"}


@dataclass(frozen=True)
class Plan:
    """A checked template, ready to be made in order."""

    packaged: Packaged
    scope: TemplateScope
    problems: Problems
    order: tuple[str, ...]
    """Logical ids, each after those that it depends on."""


def plan(packaged: Packaged, *, stack: str, parameters: Mapping[str, str], aws: Aws) -> Plan:
    """Checks a template in an account and puts its resources in order.

    Its `problems` hold everything that was found wrong.
    """
    load_all()
    problems = Problems(packaged.sources)
    template = packaged.template
    settled = settle(template.get("Parameters", {}), parameters, problems, stored=_stored(aws))
    scope = TemplateScope(template, settled, pseudo(aws, stack), aws.exports)
    scope.nested_outputs = {
        name: list(sub.template.get("Outputs", {})) for name, sub in packaged.nested.items()
    }
    checker = _Checker(packaged, scope, problems, stack, aws)
    order = checker.run()
    return Plan(packaged, scope, problems, order)


def check(packaged: Packaged, *, parameters: Mapping[str, str] | None = None, aws: Aws) -> list[Problem]:
    """Reports everything that stops a template from being deployed, without deploying it."""
    return plan(packaged, stack="check", parameters=parameters or {}, aws=aws).problems.found


def _stored(aws: Aws) -> Any:
    """Returns stored SSM parameters, None for those that are not there."""

    def stored(name: str) -> str | None:
        client = aws.client("ssm")
        try:
            return str(client.get_parameter(Name=name)["Parameter"]["Value"])
        except client.exceptions.ParameterNotFound:
            return None

    return stored


class _Checker:
    """Walks one template once."""

    def __init__(
        self, packaged: Packaged, scope: TemplateScope, problems: Problems, stack: str, aws: Aws
    ) -> None:
        self.packaged, self.scope, self.problems, self.stack, self.aws = packaged, scope, problems, stack, aws
        self.template = packaged.template
        self.resolver = Resolver(scope, problems, INTRINSICS)
        self.resolved: dict[str, tuple[str, dict[str, Any]]] = {}

    def run(self) -> tuple[str, ...]:
        for name in self.template.get("Conditions", {}):
            self.resolver.condition(name, ("Conditions", name))
        self._rules()
        resources: dict[str, Any] = self.template["Resources"]
        scope = self.scope
        scope.absent = {
            name: resource["Condition"]
            for name, resource in resources.items()
            if "Condition" in resource
            and not self.resolver.condition(resource["Condition"], ("Resources", name, "Condition"))
        }
        needs = {
            name: self._resource(name, resource)
            for name, resource in resources.items()
            if name not in scope.absent
        }
        for name, key, text in check_together(self.resolved):
            self.problems.add(("Resources", name, "Properties", key), text)
        self._outputs()
        return self._ordered(needs)

    def _rules(self) -> None:
        """Holds the parameters to the template's own rules."""
        for name, rule in self.template.get("Rules", {}).items():
            route: Route = ("Rules", name)
            if (
                "RuleCondition" in rule
                and self.resolver.resolve(rule["RuleCondition"], (*route, "RuleCondition")) is not True
            ):
                continue
            for index, item in enumerate(rule.get("Assertions", [])):
                at = (*route, "Assertions", index)
                if self.resolver.resolve(item["Assert"], (*at, "Assert")) is not True:
                    self.problems.add(
                        at, item.get("AssertDescription", "the parameters break this rule: change them")
                    )

    def _resource(self, name: str, resource: dict[str, Any]) -> dict[str, None]:
        """Checks one resource and returns what it depends on."""
        route: Route = ("Resources", name)
        self.scope.asked.clear()
        for key in resource:
            if key not in RESOURCE_KEYS:
                self.problems.add(
                    (*route, key), f"{key} is no part of a resource{closest(key, RESOURCE_KEYS)}"
                )
        for key in ("DeletionPolicy", "UpdateReplacePolicy"):
            wish = self.resolver.resolve(resource.get(key, "Delete"), (*route, key))
            if wish not in POLICIES:
                self.problems.add(
                    (*route, key), f"{key} is {wish!r}: use one of {', '.join(sorted(POLICIES))}"
                )
        properties = self.resolver.resolve(resource.get("Properties") or {}, (*route, "Properties"))
        self._depends_on(resource, route)
        needs = dict(self.scope.asked)
        kind = resource["Type"]
        self.resolved[name] = (kind, properties)
        for text in malformed(properties):
            self.problems.add((*route, "Properties"), text, needle="{{resolve:")
        if kind == NESTED_STACK:
            self._nested(name, properties)
        elif kind in PROVIDERS:
            self._properties(name, PROVIDERS[kind], properties)
        else:
            self.problems.add(
                (*route, "Type"),
                f"the type {kind} is not emulated by the twin{closest(kind, PROVIDERS, 'add a provider for it')}",
            )
        return needs

    def _depends_on(self, resource: dict[str, Any], route: Route) -> None:
        wanted = resource.get("DependsOn", [])
        for other in [wanted] if isinstance(wanted, str) else wanted:
            if other not in self.template["Resources"]:
                self.problems.add(
                    (*route, "DependsOn"), f"DependsOn names {other}, which is no resource: correct it"
                )
            elif other not in self.scope.absent:
                self.scope.asked[other] = None

    def _properties(self, name: str, provider: Provider, properties: dict[str, Any]) -> None:
        route: Route = ("Resources", name, "Properties")
        made = Made(
            name, provider.kind, complete(properties, provider, self.stack, name), self.aws, self.stack
        )
        made.physical = Pending(f"${{{name}}}")
        made.code = self.packaged.code.get(name)

        def complain(at: Route, text: str) -> None:
            self.problems.add((*route, *at), text, needle=str(at[-1]) if at else None)

        for needed in sorted(provider.needs - set(properties)):
            complain((), f"the property {needed} is missing: add it")
        before = len(self.problems.found)
        try:
            calls.fitted(provider.creation(made), provider.main_input(made), (), complain)
            for step in provider.then:
                given = step.build(made)
                if given is not None:
                    calls.fitted(step.operation, given, (), complain, loose=step.loose)
            for check in provider.checks:
                for at, text in check(made):
                    complain(tuple(int(p) if p.isdigit() else p for p in at.split(".")), text)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            # A check may stumble over what the fitting has told already.
            if len(self.problems.found) == before:
                self.problems.add(
                    route,
                    f"its properties cannot be understood ({error!r}): compare them with the type's page",
                )

    def _nested(self, name: str, properties: dict[str, Any]) -> None:
        sub = self.packaged.nested.get(name)
        if sub is None:
            text = "TemplateURL must be a local path, so that the twin can read it"
            self.problems.add(("Resources", name), text)
            return
        declared = sub.template.get("Parameters", {})
        given = {key: _joined(value) for key, value in properties.get("Parameters", {}).items()}
        for key in [key for key in given if key not in declared]:
            text = f"the nested template has no parameter {key}{closest(key, declared)}"
            self.problems.add(("Resources", name, "Properties", "Parameters", key), text)
            del given[key]
        inner = plan(sub, stack=f"{self.stack}-{name}", parameters=given, aws=self.aws)
        self.problems.extend(inner.problems.found)

    def _outputs(self) -> None:
        for name, output in self.template.get("Outputs", {}).items():
            route: Route = ("Outputs", name)
            if "Condition" in output and not self.resolver.condition(
                output["Condition"], (*route, "Condition")
            ):
                continue
            if "Value" not in output:
                self.problems.add(route, "an output needs a Value: add it")
            self.resolver.resolve(output.get("Value"), (*route, "Value"))
            self.resolver.resolve(output.get("Export", {}), (*route, "Export"))

    def _ordered(self, needs: dict[str, dict[str, None]]) -> tuple[str, ...]:
        graph = {name: [other for other in others if other in needs] for name, others in needs.items()}
        try:
            return tuple(graphlib.TopologicalSorter(graph).static_order())
        except graphlib.CycleError as error:
            circle = list(reversed(error.args[1]))
            self.problems.add(
                ("Resources", circle[0]), f"circular dependency {' -> '.join(circle)}: break the circle"
            )
            return tuple(needs)


def _joined(value: Any) -> str:
    if isinstance(value, list):
        text = ",".join(map(str, value))
        return Pending(text) if any(isinstance(item, Pending) for item in value) else text
    return value if isinstance(value, Pending) else str(value)
