"""Looks at a whole template before anything is made, and reports every problem it can find in one pass."""

from __future__ import annotations

import graphlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from twin.cloudformation.cross_checks import cross_check
from twin.cloudformation.intrinsics import INTRINSICS, Resolver
from twin.cloudformation.naming import pseudo_parameters
from twin.cloudformation.outputs import Exports, check_outputs
from twin.cloudformation.parameters import parameter_text, resolve_parameters
from twin.cloudformation.problems import Problem, Problems
from twin.cloudformation.provider import PROVIDERS, Provider
from twin.cloudformation.providers import load_all
from twin.cloudformation.resource_checks import (
    check_attributes,
    check_properties,
    check_type,
    pending_resource,
)
from twin.cloudformation.scope import NESTED_STACK, TemplateScope, suggestion

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from twin.cloudformation.places import Route
    from twin.cloudformation.provider import Aws
    from twin.package import Packaged


@dataclass(frozen=True)
class Plan:
    """A checked template, ready to be made in order."""

    packaged: Packaged
    scope: TemplateScope
    problems: Problems
    order: tuple[str, ...]
    """Logical ids, each after those that it depends on."""


def plan(
    packaged: Packaged, *, stack: str, parameters: Mapping[str, str], aws: Aws, owned: Collection[str] = ()
) -> Plan:
    """Checks a template in an account and puts its resources in order.

    Args:
        packaged: The template.
        stack: The name of its stack.
        parameters: Values for its parameters.
        aws: The account and Region.
        owned: The exports that the stack has already.

    The plan's `problems` hold everything that was found wrong.
    """
    load_all()
    problems = Problems(packaged.sources)
    template = packaged.template
    declared = template.get("Parameters", {})
    values = resolve_parameters(declared, parameters, problems, stored=_stored_parameters(aws))
    scope = TemplateScope(template, values, pseudo_parameters(aws, stack), aws.exports)
    scope.nested_outputs = {
        name: list(sub.template.get("Outputs", {})) for name, sub in packaged.nested.items()
    }
    order = _Checker(packaged, scope, problems, stack, aws, owned=owned).run()
    return Plan(packaged, scope, problems, order)


def check(packaged: Packaged, *, parameters: Mapping[str, str] | None = None, aws: Aws) -> list[Problem]:
    """Reports everything that stops a template from being deployed, without deploying it."""
    return plan(packaged, stack="check", parameters=parameters or {}, aws=aws).problems.found


def _stored_parameters(aws: Aws) -> Callable[[str], str | None]:
    """Returns what reads stored SSM parameters, and answers None for those that are not there."""

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
        self,
        packaged: Packaged,
        scope: TemplateScope,
        problems: Problems,
        stack: str,
        aws: Aws,
        *,
        owned: Collection[str],
    ) -> None:
        self.packaged, self.scope, self.problems, self.stack, self.aws = packaged, scope, problems, stack, aws
        self.owned = owned
        self.template = packaged.template
        self.resolver = Resolver(scope, problems, INTRINSICS)
        self.resolved: dict[str, tuple[str, dict[str, Any]]] = {}

    def run(self) -> tuple[str, ...]:
        for name in self.template.get("Conditions", {}):
            self.resolver.condition(name, ("Conditions", name))
        self._rules()
        resources: dict[str, Any] = self.template["Resources"]
        self.scope.absent = {
            name: written["Condition"]
            for name, written in resources.items()
            if not self.resolver.applies(written, ("Resources", name))
        }
        present = {name: written for name, written in resources.items() if name not in self.scope.absent}
        needs = {name: self._resource(name, written) for name, written in present.items()}
        for name, key, text in cross_check(self.resolved):
            self.problems.add(("Resources", name, "Properties", key), text)
        check_outputs(self.template, self.resolver, self.problems, Exports(self.aws.exports, self.owned))
        return self._ordered(needs)

    def _rules(self) -> None:
        """Holds the parameters to the template's own rules."""
        for name, rule in self.template.get("Rules", {}).items():
            route: Route = ("Rules", name)
            if "RuleCondition" in rule:
                met = self.resolver.resolve(rule["RuleCondition"], (*route, "RuleCondition"))
                if met is not True:
                    continue
            for index, item in enumerate(rule.get("Assertions", [])):
                at = (*route, "Assertions", index)
                if self.resolver.resolve(item["Assert"], (*at, "Assert")) is not True:
                    text = item.get("AssertDescription", "the parameters break this rule: change them")
                    self.problems.add(at, text)

    def _resource(self, name: str, written: dict[str, Any]) -> dict[str, None]:
        """Checks one resource and returns what it depends on."""
        route: Route = ("Resources", name)
        self.scope.asked.clear()
        check_attributes(written, route, self.resolver, self.problems)
        properties = self.resolver.resolve(written.get("Properties") or {}, (*route, "Properties"))
        self._depends_on(written, route)
        needs = dict(self.scope.asked)
        kind = written["Type"]
        self.resolved[name] = (kind, properties)
        check_type(kind, properties, route, self.problems)
        if kind == NESTED_STACK:
            self._nested(name, properties)
        elif kind in PROVIDERS:
            self._properties(name, PROVIDERS[kind], properties)
        return needs

    def _depends_on(self, written: dict[str, Any], route: Route) -> None:
        wanted = written.get("DependsOn", [])
        for other in [wanted] if isinstance(wanted, str) else wanted:
            if route[1] == other:
                self.problems.add((*route, "DependsOn"), "DependsOn names the resource itself: remove it")
            elif other not in self.template["Resources"]:
                text = f"DependsOn names {other}, which is no resource: correct it"
                self.problems.add((*route, "DependsOn"), text)
            elif other not in self.scope.absent:
                self.scope.asked[other] = None

    def _properties(self, name: str, provider: Provider, properties: dict[str, Any]) -> None:
        for needed in sorted(provider.needs - set(properties)):
            text = f"the property {needed} is missing: add it"
            self.problems.add(("Resources", name, "Properties"), text)
        code = self.packaged.code.get(name)
        resource = pending_resource(name, provider, properties, aws=self.aws, stack=self.stack, code=code)
        check_properties(resource, provider, self.problems)

    def _nested(self, name: str, properties: dict[str, Any]) -> None:
        sub = self.packaged.nested.get(name)
        if sub is None:
            text = "TemplateURL must be a local path, so that the twin can read it"
            self.problems.add(("Resources", name), text)
            return
        declared = sub.template.get("Parameters", {})
        given = {key: parameter_text(value) for key, value in properties.get("Parameters", {}).items()}
        for key in [key for key in given if key not in declared]:
            text = f"the nested template has no parameter {key}{suggestion(key, declared)}"
            self.problems.add(("Resources", name, "Properties", "Parameters", key), text)
            del given[key]
        # A nested stack's own exports cannot be told from others' here.
        owned = list(self.aws.exports)
        inner = plan(sub, stack=f"{self.stack}-{name}", parameters=given, aws=self.aws, owned=owned)
        self.problems.extend(inner.problems.found)

    def _ordered(self, needs: dict[str, dict[str, None]]) -> tuple[str, ...]:
        graph = {name: [other for other in others if other in needs] for name, others in needs.items()}
        try:
            return tuple(graphlib.TopologicalSorter(graph).static_order())
        except graphlib.CycleError as error:
            circle = list(reversed(error.args[1]))
            text = f"circular dependency {' -> '.join(circle)}: break the circle"
            self.problems.add(("Resources", circle[0]), text)
            return tuple(needs)
