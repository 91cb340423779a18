"""Attributes, as SNS and SQS want them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from twin.cloudformation.provider import Resource


def attribute_text(value: Any) -> str:
    """Writes an attribute's value as SNS and SQS want it: text, or JSON."""
    if isinstance(value, dict | list):
        return json.dumps(value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def split_attributes(resource: Resource, names: set[str], own_name: Mapping[str, str]) -> dict[str, Any]:
    """Puts the named properties under Attributes, as text, and leaves the others where they are."""
    given = resource.properties
    attributes = {key: attribute_text(value) for key, value in given.items() if key in names}
    rest = {own_name.get(key, key): value for key, value in given.items() if key not in names}
    return {**rest, "Attributes": attributes} if attributes else rest
