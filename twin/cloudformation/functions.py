"""The intrinsic functions themselves, one for each name that a template may call."""

from __future__ import annotations

import base64
import ipaddress
import json
from typing import TYPE_CHECKING, Any

from twin.cloudformation.intrinsics import ABSENT, PLACEHOLDER, Pending

if TYPE_CHECKING:
    import re
    from collections.abc import Callable

    from twin.cloudformation.intrinsics import Resolver
    from twin.cloudformation.source import Route


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
        return _text(value)

    result = PLACEHOLDER.sub(filled, text)
    return Pending(result) if pending else result


def join(resolver: Resolver, argument: Any, route: Route) -> Any:
    """Evaluates `Fn::Join`."""
    separator, items = argument
    parts = resolver.resolve(items, (*route, 1))
    if isinstance(parts, Pending):
        return parts
    if not isinstance(parts, list):
        raise TypeError("its second argument is no list")
    text = str(separator).join(_text(part) for part in parts)
    return Pending(text) if any(isinstance(part, Pending) for part in parts) else text


def choose(resolver: Resolver, argument: Any, route: Route) -> Any:
    """Evaluates `Fn::If`; the branch that is not taken is not evaluated."""
    name, yes, no = argument
    taken = resolver.condition(name, route)
    return resolver.resolve(yes if taken else no, (*route, 1 if taken else 2))


def select(resolver: Resolver, argument: Any, route: Route) -> Any:
    """Evaluates `Fn::Select`."""
    index, items = resolver.resolve(argument[0], (*route, 0)), resolver.resolve(argument[1], (*route, 1))
    if isinstance(items, Pending) or isinstance(index, Pending):
        return Pending(f"{items}[{index}]")
    if not isinstance(items, list) or not 0 <= int(index) < len(items):
        raise ValueError(f"there is no item {index} in {items}")
    return items[int(index)]


def split(resolver: Resolver, argument: Any, route: Route) -> Any:
    """Evaluates `Fn::Split`."""
    text = resolver.resolve(argument[1], (*route, 1))
    return text if isinstance(text, Pending) else str(text).split(str(argument[0]))


def zones(resolver: Resolver, argument: Any, route: Route) -> Any:
    """Evaluates `Fn::GetAZs`: the zones that an account has in the Region."""
    region = resolver.resolve(argument, route) or resolver.scope.pseudo["AWS::Region"]
    letters = "acd" if region == "ap-northeast-1" else "abc"
    return [f"{region}{letter}" for letter in letters]


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


def subnets(resolver: Resolver, argument: Any, route: Route) -> Any:
    """Evaluates `Fn::Cidr`."""
    block, count, bits = (*resolver.resolve(argument, route), 8)[:3]
    if isinstance(block, Pending):
        return block
    network = ipaddress.ip_network(str(block))
    parts = network.subnets(new_prefix=network.max_prefixlen - int(bits))
    found = [str(part) for part, _ in zip(parts, range(int(count)), strict=False)]
    if len(found) < int(count):
        raise ValueError(f"{block} holds only {len(found)} blocks of {bits} bits")
    return found


def imported(resolver: Resolver, argument: Any, route: Route) -> Any:
    """Evaluates `Fn::ImportValue`."""
    name = resolver.resolve(argument, route)
    if isinstance(name, Pending):
        return name
    if name not in resolver.scope.exports:
        raise LookupError(f"no stack exports {name}: deploy the stack that does, first")
    return resolver.scope.exports[name]


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


def equals(resolver: Resolver, argument: Any, route: Route) -> bool:
    """Evaluates `Fn::Equals`, which compares as text."""
    left, right = resolver.resolve(argument, route)
    return bool(_text(left) == _text(right))


def truths(resolver: Resolver, argument: Any, route: Route) -> list[bool]:
    """Evaluates the operands of `Fn::And`, `Fn::Or` and `Fn::Not`."""
    results = resolver.resolve(argument, route)
    if not isinstance(results, list) or not all(isinstance(result, bool) for result in results):
        raise TypeError("each operand must be a condition")
    return results


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)


def _encoded(resolver: Resolver, argument: Any, route: Route) -> Any:
    value = resolver.resolve(argument, route)
    return value if isinstance(value, Pending) else base64.b64encode(str(value).encode()).decode()


def _json(resolver: Resolver, argument: Any, route: Route) -> Any:
    value = resolver.resolve(argument, route)
    return value if isinstance(value, Pending) else json.dumps(value)


def _length(resolver: Resolver, argument: Any, route: Route) -> Any:
    value = resolver.resolve(argument, route)
    return value if isinstance(value, Pending) else len(value)


INTRINSICS: dict[str, Callable[[Resolver, Any, Route], Any]] = {
    "Ref": reference,
    "Condition": lambda r, a, at: r.condition(a, at),
    "Fn::And": lambda r, a, at: all(truths(r, a, at)),
    "Fn::Base64": _encoded,
    "Fn::Cidr": subnets,
    "Fn::Contains": contains,
    "Fn::EachMemberEquals": each_equals,
    "Fn::EachMemberIn": each_in,
    "Fn::Equals": equals,
    "Fn::FindInMap": find_in_map,
    "Fn::GetAZs": zones,
    "Fn::GetAtt": attribute,
    "Fn::If": choose,
    "Fn::ImportValue": imported,
    "Fn::Join": join,
    "Fn::Length": _length,
    "Fn::Not": lambda r, a, at: not truths(r, a, at)[0],
    "Fn::Or": lambda r, a, at: any(truths(r, a, at)),
    "Fn::Select": select,
    "Fn::Split": split,
    "Fn::Sub": substitute,
    "Fn::ToJsonString": _json,
}
"""Every function that a template may call."""
