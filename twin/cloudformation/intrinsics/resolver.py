"""Evaluates CloudFormation's intrinsic functions, strictly: what CloudFormation does not know is a problem.

The same resolver serves twice. Before a deployment it runs over the whole template with every resource's
answers still *pending*, and collects all problems; during the deployment the answers are there.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Protocol

from twin.cloudformation.intrinsics.shapes import refused_call

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from twin.cloudformation.places import Route
    from twin.cloudformation.problems import Problems

ABSENT = object()
"""What `AWS::NoValue` stands for: the property is left out."""

EXTENDED = "AWS::LanguageExtensions"

PLACEHOLDER = re.compile(r"\$\{([^}]*)\}")


class Pending(str):
    """A value that only a deployment can tell; reads like the expression that it stands for."""

    __slots__ = ()


def as_text(value: Any) -> str:
    """Writes a value as CloudFormation does: booleans in small letters."""
    return str(value).lower() if isinstance(value, bool) else str(value)


class Scope(Protocol):
    """What a template's names mean."""

    parameters: Mapping[str, Any]
    pseudo: Mapping[str, Any]
    template: Mapping[str, Any]
    exports: Mapping[str, Any]

    def reference(self, name: str) -> Any:
        """Returns `Ref` of a resource, or raises LookupError with a sentence."""

    def attribute(self, name: str, attribute: str) -> Any:
        """Returns `Fn::GetAtt` of a resource, or raises LookupError with a sentence."""


class Resolver:
    """Evaluates values of one template in one scope."""

    def __init__(
        self, scope: Scope, problems: Problems, functions: Mapping[str, Callable[[Resolver, Any, Route], Any]]
    ) -> None:
        self.scope, self.problems, self.functions = scope, problems, functions
        self._conditions: dict[str, bool] = {}
        self._open: list[str] = []

    def resolve(self, value: Any, route: Route) -> Any:
        """Evaluates a value and everything inside of it.

        A value that cannot be evaluated is reported, and answered as pending so that the rest is still looked
        at.
        """
        if isinstance(value, list):
            items = [self.resolve(item, (*route, index)) for index, item in enumerate(value)]
            return [item for item in items if item is not ABSENT]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            name, argument = next(iter(value.items()))
            if name in self.functions and not (name == "Condition" and not isinstance(argument, str)):
                return self._call(name, argument, (*route, name))
            if str(name).startswith("Fn::"):
                return self.fail(
                    (*route, name),
                    f"not emulated: the function {name}; the twin knows {', '.join(sorted(self.functions))}",
                )
        pairs = ((key, self.resolve(item, (*route, key))) for key, item in value.items())
        return {key: item for key, item in pairs if item is not ABSENT}

    def condition(self, name: Any, route: Route) -> bool:
        """Evaluates a condition of the template by its name."""
        written = self.scope.template.get("Conditions", {})
        if not isinstance(name, str) or name not in written:
            known = ", ".join(sorted(written)) or "none"
            self.fail(
                route,
                f"the condition {name} is not in Conditions (there: {known}): define it or correct the name",
            )
            return True
        if name in self._open:
            self.fail(route, f"the condition {name} depends on itself: break the circle")
            return True
        if name not in self._conditions:
            self._open.append(name)
            self._conditions[name] = self.resolve(written[name], ("Conditions", name)) is True
            self._open.pop()
        return self._conditions[name]

    def applies(self, written: Mapping[str, Any], route: Route) -> bool:
        """Returns whether the condition of a resource or an output is true; what has none always applies."""
        return "Condition" not in written or self.condition(written["Condition"], (*route, "Condition"))

    def fail(self, route: Route, message: str, *, needle: str | None = None) -> Pending:
        """Reports a problem and returns a stand-in for the missing value."""
        self.problems.add(route, message, needle=needle)
        return Pending("${?}")

    @property
    def _extended(self) -> bool:
        transforms = self.scope.template.get("Transform", [])
        return EXTENDED in (transforms if isinstance(transforms, list) else [transforms])

    def _call(self, name: str, argument: Any, route: Route) -> Any:
        wrong = refused_call(name, argument, route, extended=self._extended)
        if wrong:
            return self.fail(route, wrong)
        try:
            return self.functions[name](self, argument, route)
        except LookupError as error:
            needle = argument if isinstance(argument, str) else ".".join(str(part) for part in argument)
            return self.fail(route, str(error.args[0]), needle=needle)
        except (TypeError, ValueError, AttributeError, KeyError) as error:
            return self.fail(route, f"{name} cannot be evaluated ({error}): correct its arguments")
