"""No property of a resource is accepted and ignored: the published schemas are enumerated, type by type."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

from tests.unit.twin.engines.corpus import corpus
from twin.account import Account
from twin.cloudformation.provider import PROVIDERS, Provider
from twin.cloudformation.providers import load_all
from twin.cloudformation.resource_checks import check_properties, pending_resource

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

load_all()
ELSEWHERE = corpus("properties")


class Heard:
    """Stands for the problems of a template, without its lines."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def add(self, _route: Any, text: str, **_more: Any) -> None:
        self.found.append(text)


def writable(schema: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yields each property that a template may give, and a value of its type."""
    answered = {path.split("/")[-1] for path in schema.get("readOnlyProperties", []) if path.count("/") == 2}
    for name, written in schema["properties"].items():
        if name in answered and name not in schema.get("required", []):
            continue
        referred = written.get("$ref", "").split("/")[-1]
        shape = schema.get("definitions", {}).get(referred, {}) if referred else written
        kind = shape.get("type")
        kind = kind[0] if isinstance(kind, list) else kind
        values = {"integer": 1, "number": 1, "boolean": True, "array": ["MARK"], "object": {"MARK": "MARK"}}
        yield name, shape["enum"][0] if "enum" in shape else values.get(kind, "MARK")


def effects(provider: Provider, properties: dict[str, Any]) -> tuple[list[str], list[str]]:
    """Returns the inputs of every call that a resource would cause, and what its checks say."""
    resource = pending_resource("X", provider, properties, aws=Account(), stack="s", code=None)
    heard, inputs = Heard(), []
    for build in (provider.main_input, *(step.build for step in provider.then)):
        try:
            inputs.append(json.dumps(build(resource), default=str, sort_keys=True))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            inputs.append(repr(error))
    check_properties(resource, provider, heard)  # type: ignore[arg-type]  # it only adds
    return inputs, heard.found


def ignored(provider: Provider) -> set[str]:
    schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema("ap-northeast-1", provider.kind).schema
    nothing = effects(provider, {})
    found = {name for name, value in writable(schema) if effects(provider, {name: value}) == nothing}
    return found - set(provider.not_emulated)


@pytest.mark.parametrize("kind", sorted(PROVIDERS))
def test_each_property_acts_is_refused_or_is_listed(kind: str) -> None:
    known = ELSEWHERE.get(kind, {})
    left = ignored(PROVIDERS[kind])

    assert "*" in known or left == set(known), "act upon it, refuse it, or list it with its reason"


def test_what_is_listed_as_read_elsewhere_is_a_type_of_the_twin() -> None:
    assert set(ELSEWHERE) <= set(PROVIDERS)


def test_each_property_without_effect_has_a_reason() -> None:
    for provider in PROVIDERS.values():
        assert all(reason for reason in provider.not_emulated.values())
