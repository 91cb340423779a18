"""Intrinsic functions of conditions and rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin.cloudformation.intrinsics.resolver import as_text

if TYPE_CHECKING:
    from twin.cloudformation.intrinsics.resolver import Resolver
    from twin.cloudformation.places import Route


def choose(resolver: Resolver, argument: Any, route: Route) -> Any:
    """Evaluates `Fn::If`; the branch that is not taken is not evaluated."""
    name, yes, no = argument
    taken = resolver.condition(name, route)
    return resolver.resolve(yes if taken else no, (*route, 1 if taken else 2))


def equals(resolver: Resolver, argument: Any, route: Route) -> bool:
    """Evaluates `Fn::Equals`, which compares as text."""
    left, right = resolver.resolve(argument, route)
    return bool(as_text(left) == as_text(right))


def truths(resolver: Resolver, argument: Any, route: Route) -> list[bool]:
    """Evaluates the operands of `Fn::And`, `Fn::Or` and `Fn::Not`."""
    results = resolver.resolve(argument, route)
    if not isinstance(results, list) or not all(isinstance(result, bool) for result in results):
        raise TypeError("each operand must be a condition")
    return results


def contains(resolver: Resolver, argument: Any, route: Route) -> Any:
    """Evaluates `Fn::Contains`, a function of Rules."""
    values, wanted = resolver.resolve(argument, route)
    return wanted in values


def each_in(resolver: Resolver, argument: Any, route: Route) -> Any:
    """Evaluates `Fn::EachMemberIn`, a function of Rules."""
    values, allowed = resolver.resolve(argument, route)
    return all(value in allowed for value in values)


def each_equals(resolver: Resolver, argument: Any, route: Route) -> Any:
    """Evaluates `Fn::EachMemberEquals`, a function of Rules."""
    values, wanted = resolver.resolve(argument, route)
    return all(value == wanted for value in values)
