"""Checks one resource of a template against its provider, before anything is made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin.cloudformation import calls
from twin.cloudformation.dynamic_references import malformed_references
from twin.cloudformation.intrinsics import Pending
from twin.cloudformation.naming import with_name
from twin.cloudformation.provider import PROVIDERS, Resource
from twin.cloudformation.scope import NESTED_STACK, suggestion

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from twin.cloudformation.intrinsics import Resolver
    from twin.cloudformation.places import Route
    from twin.cloudformation.problems import Problems
    from twin.cloudformation.provider import Aws, Provider

RESOURCE_KEYS = {
    "Condition", "CreationPolicy", "DeletionPolicy", "DependsOn", "Metadata", "Properties", "Type",
    "UpdatePolicy", "UpdateReplacePolicy",
}  # fmt: skip
SNAPSHOTS = {
    "AWS::DocDB::DBCluster", "AWS::EC2::Volume", "AWS::ElastiCache::CacheCluster",
    "AWS::ElastiCache::ReplicationGroup", "AWS::Neptune::DBCluster", "AWS::RDS::DBCluster",
    "AWS::RDS::DBInstance", "AWS::Redshift::Cluster",
}  # fmt: skip
"""Types that have snapshots (user guide, "DeletionPolicy attribute")."""
POLICIES = {"Delete", "Retain", "RetainExceptOnCreate", "Snapshot"}


def check_attributes(
    written: Mapping[str, Any], route: Route, resolver: Resolver, problems: Problems
) -> None:
    """Reports what is wrong beside a resource's properties: its keys and its policies."""
    for key in written:
        if key not in RESOURCE_KEYS:
            problems.add((*route, key), f"{key} is no part of a resource{suggestion(key, RESOURCE_KEYS)}")
    for key in ("DeletionPolicy", "UpdateReplacePolicy"):
        policy = resolver.resolve(written.get(key, "Delete"), (*route, key))
        if key in written and not isinstance(written[key], str):
            problems.add((*route, key), f"{key} must be text, without functions: write it so")
        elif policy == "Snapshot" and written["Type"] not in SNAPSHOTS:
            problems.add((*route, key), f"{key} Snapshot: {written['Type']} has none; use Delete or Retain")
        elif key == "UpdateReplacePolicy" and policy == "RetainExceptOnCreate":
            problems.add(
                (*route, key), f"{key} knows no RetainExceptOnCreate: use Delete, Retain or Snapshot"
            )
        elif policy not in POLICIES:
            problems.add((*route, key), f"{key} is {policy!r}: use one of {', '.join(sorted(POLICIES))}")


def check_type(kind: str, properties: Mapping[str, Any], route: Route, problems: Problems) -> None:
    """Reports a type that the twin does not emulate, and dynamic references that cannot be read."""
    for text in malformed_references(properties):
        problems.add((*route, "Properties"), text, needle="{{resolve:")
    if kind != NESTED_STACK and kind not in PROVIDERS:
        close = suggestion(kind, PROVIDERS, "the twin has no such resources")
        problems.add((*route, "Type"), f"not emulated: {kind}{close}")


def check_properties(resource: Resource, provider: Provider, problems: Problems) -> None:
    """Reports properties that the calls behind the resource would refuse.

    Args:
        resource: With its resolved properties and a pending physical id.
        provider: Declares its calls and checks.
        problems: Receives what is wrong.
    """
    route: Route = ("Resources", resource.logical, "Properties")

    def complain(at: Route, text: str) -> None:
        problems.add((*route, *at), text, needle=str(at[-1]) if at else None)

    before = len(problems.found)
    try:
        calls.fitted_input(provider.creation(resource), provider.main_input(resource), (), complain)
        for step in provider.then:
            given = step.build(resource)
            if given is not None:
                calls.fitted_input(step.operation, given, (), complain, loose=step.loose)
        for check in provider.checks:
            for at, text in check(resource):
                complain(tuple(int(part) if part.isdigit() else part for part in at.split(".")), text)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        # A check may stumble over what the fitting has told already.
        if len(problems.found) == before:
            text = f"its properties cannot be understood ({error!r}): compare them with the type's page"
            problems.add(route, text)


def pending_resource(
    name: str, provider: Provider, properties: dict[str, Any], *, aws: Aws, stack: str, code: Path | None
) -> Resource:
    """Returns a resource as it stands before its deployment: without an answer, its physical id pending."""
    resource = Resource(name, provider.kind, with_name(properties, provider, stack, name), aws, stack)
    resource.physical = Pending(f"${{{name}}}")
    resource.code = code
    return resource
