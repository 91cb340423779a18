"""Policy documents, as roles, policies, keys and buckets carry them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from twin.cloudformation.intrinsics import Pending

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from twin.cloudformation.provider import Resource


STATEMENT_KEYS = {
    "Action", "Condition", "Effect", "NotAction", "NotPrincipal", "NotResource", "Principal", "Resource",
    "Sid",
}  # fmt: skip


def policy_text(policy: Mapping[str, Any]) -> str:
    """Writes a policy as JSON; the SAM transform leaves the version out, and IAM wants one."""
    return json.dumps({"Version": "2012-10-17", **policy})


def check_documents(resource: Resource) -> Iterator[tuple[str, str]]:
    """Reports statements that IAM would refuse."""
    given = resource.properties
    found: list[tuple[str, Any]] = [
        (key, given[key])
        for key in ("AssumeRolePolicyDocument", "KeyPolicy", "PolicyDocument")
        if key in given
    ]
    found += [
        (f"Policies.{i}.PolicyDocument", p.get("PolicyDocument"))
        for i, p in enumerate(given.get("Policies") or [])
    ]
    for route, policy in found:
        statements = policy.get("Statement") if isinstance(policy, dict) else None
        if not statements:
            yield route, "a policy needs at least one Statement: add it"
            continue
        for statement in statements if isinstance(statements, list) else [statements]:
            yield from _statement(statement, route)


def _statement(statement: Mapping[str, Any], route: str) -> Iterator[tuple[str, str]]:
    for key in set(statement) - STATEMENT_KEYS:
        yield (
            f"{route}.{key}",
            f"{key} is no part of a policy statement: use one of {', '.join(sorted(STATEMENT_KEYS))}",
        )
    if statement.get("Effect") not in ("Allow", "Deny"):
        yield route, f"a statement's Effect is {statement.get('Effect')!r}: write Allow or Deny"
    actions = statement.get("Action", statement.get("NotAction"))
    if not actions:
        yield route, "a statement needs an Action: add it"
    for action in actions if isinstance(actions, list) else [actions or "*"]:
        if not isinstance(action, Pending) and action != "*" and ":" not in str(action):
            yield route, f"the action {action!r} names no service: write service:Operation"
