"""Intrinsic functions that make values of values: lists, texts, address ranges and encodings."""

from __future__ import annotations

import base64
import ipaddress
import json
from typing import TYPE_CHECKING, Any

from twin.cloudformation.intrinsics.resolver import Pending, as_text

if TYPE_CHECKING:
    from twin.cloudformation.intrinsics.resolver import Resolver
    from twin.cloudformation.places import Route


def join(resolver: Resolver, argument: Any, route: Route) -> Any:
    """Evaluates `Fn::Join`."""
    separator, items = argument
    parts = resolver.resolve(items, (*route, 1))
    if isinstance(parts, Pending):
        return parts
    if not isinstance(parts, list):
        raise TypeError("its second argument is no list")
    text = str(separator).join(as_text(part) for part in parts)
    return Pending(text) if any(isinstance(part, Pending) for part in parts) else text


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


def subnets(resolver: Resolver, argument: Any, route: Route) -> Any:
    """Evaluates `Fn::Cidr`."""
    block, count, bits = (*resolver.resolve(argument, route), 8)[:3]
    if isinstance(block, Pending):
        return block
    network = ipaddress.ip_network(str(block))
    parts = network.subnets(new_prefix=network.max_prefixlen - int(bits))
    blocks = [str(part) for part, _ in zip(parts, range(int(count)), strict=False)]
    if len(blocks) < int(count):
        raise ValueError(f"{block} holds only {len(blocks)} blocks of {bits} bits")
    return blocks


def encode(resolver: Resolver, argument: Any, route: Route) -> Any:
    """Evaluates `Fn::Base64`."""
    value = resolver.resolve(argument, route)
    return value if isinstance(value, Pending) else base64.b64encode(str(value).encode()).decode()


def to_json(resolver: Resolver, argument: Any, route: Route) -> Any:
    """Evaluates `Fn::ToJsonString`."""
    value = resolver.resolve(argument, route)
    return value if isinstance(value, Pending) else json.dumps(value)


def length(resolver: Resolver, argument: Any, route: Route) -> Any:
    """Evaluates `Fn::Length`."""
    value = resolver.resolve(argument, route)
    return value if isinstance(value, Pending) else len(value)
