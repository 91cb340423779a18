"""Intrinsic functions that look something up: Ref, GetAtt, Sub, ImportValue and FindInMap."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin.cloudformation.intrinsics.resolver import ABSENT, PLACEHOLDER, Pending, as_text

if TYPE_CHECKING:
    import re

    from twin.cloudformation.intrinsics.resolver import Resolver
    from twin.cloudformation.places import Route


def reference(resolver: Resolver, name: Any, _route: Route) -> Any:
    """Evaluates `Ref`: a pseudo parameter, a parameter, or a resource."""
    scope = resolver.scope
    if name in scope.pseudo:
        return ABSENT if name == "AWS::NoValue" else scope.pseudo[name]
    if name in scope.parameters:
        return scope.parameters[name]
    if str(name).startswith("AWS::"):
        known = ", ".join(sorted(scope.pseudo))
        raise LookupError(f"the pseudo parameter {name} is not known: use one of {known}")
    return scope.reference(str(name))


def attribute(resolver: Resolver, argument: Any, route: Route) -> Any:
    """Evaluates `Fn::GetAtt`."""
    parts = argument.split(".", 1) if isinstance(argument, str) else list(argument)
    if len(parts) < 2:  # noqa: PLR2004 - a resource and its attribute
        raise LookupError(f"GetAtt {argument} names no attribute: write Resource.Attribute")
    rest = [str(resolver.resolve(part, route)) for part in parts[1:]]
    return resolver.scope.attribute(str(parts[0]), ".".join(rest))


def substitute(resolver: Resolver, argument: Any, route: Route) -> Any:
    """Evaluates `Fn::Sub`."""
    text, own = (argument, {}) if isinstance(argument, str) else argument
    names = {key: resolver.resolve(item, (*route, 1, key)) for key, item in own.items()}
    pending = False

    def filled(match: re.Match[str]) -> str:
        nonlocal pending
        name = match.group(1).strip()
        if name.startswith("!"):
            return "${" + name[1:] + "}"
        try:
            if name in names:
                value = names[name]
            elif "." in name:
                value = attribute(resolver, name, route)
            else:
                value = reference(resolver, name, route)
        except LookupError as error:
            value = resolver.fail(route, str(error.args[0]), needle=name)
        pending = pending or isinstance(value, Pending)
        if isinstance(value, list):
            resolver.fail(route, f"Sub cannot put the list {name} into text: join it first", needle=name)
        return as_text(value)

    result = PLACEHOLDER.sub(filled, text)
    return Pending(result) if pending else result


def imported(resolver: Resolver, argument: Any, route: Route) -> Any:
    """Evaluates `Fn::ImportValue`."""
    name = resolver.resolve(argument, route)
    if isinstance(name, Pending):
        return name
    if name not in resolver.scope.exports:
        raise LookupError(f"no stack exports {name}: deploy the stack that does, first")
    return resolver.scope.exports[name]


def find_in_map(resolver: Resolver, argument: Any, route: Route) -> Any:
    """Evaluates `Fn::FindInMap`."""
    found: Any = resolver.scope.template.get("Mappings", {})
    parts = [resolver.resolve(part, (*route, index)) for index, part in enumerate(argument[:3])]
    for part in parts:
        if isinstance(part, Pending):
            return part
        if not isinstance(found, dict) or str(part) not in found:
            raise LookupError(
                f"Mappings has no {'/'.join(map(str, parts))}: {part} is missing; add it or correct it"
            )
        found = found[str(part)]
    return found
