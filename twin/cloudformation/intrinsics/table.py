"""Every intrinsic function, by the name under which a template calls it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin.cloudformation.intrinsics import conditions, references, values

if TYPE_CHECKING:
    from collections.abc import Callable

    from twin.cloudformation.intrinsics.resolver import Resolver
    from twin.cloudformation.places import Route

INTRINSICS: dict[str, Callable[[Resolver, Any, Route], Any]] = {
    "Ref": references.reference,
    "Condition": lambda r, a, at: r.condition(a, at),
    "Fn::And": lambda r, a, at: all(conditions.truths(r, a, at)),
    "Fn::Base64": values.encode,
    "Fn::Cidr": values.subnets,
    "Fn::Contains": conditions.contains,
    "Fn::EachMemberEquals": conditions.each_equals,
    "Fn::EachMemberIn": conditions.each_in,
    "Fn::Equals": conditions.equals,
    "Fn::FindInMap": references.find_in_map,
    "Fn::GetAZs": values.zones,
    "Fn::GetAtt": references.attribute,
    "Fn::If": conditions.choose,
    "Fn::ImportValue": references.imported,
    "Fn::Join": values.join,
    "Fn::Length": values.length,
    "Fn::Not": lambda r, a, at: not conditions.truths(r, a, at)[0],
    "Fn::Or": lambda r, a, at: any(conditions.truths(r, a, at)),
    "Fn::Select": values.select,
    "Fn::Split": values.split,
    "Fn::Sub": references.substitute,
    "Fn::ToJsonString": values.to_json,
}
"""Every function that a template may call."""
