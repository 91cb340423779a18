"""Checks a value by a JSON schema and returns it complete: defaults filled in, instants as such, in UTC.

Only the words that our schemas use are known; any other is refused at once, so that none is silently nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.core.reading.faults import DocumentInvalid, Fault, listed, meant, shown
from functions.core.reading.faults import member as member_at
from functions.core.reading.scalars import KINDS, expected, read_scalar
from functions.core.reading.strict_json import Doubled

if TYPE_CHECKING:
    from collections.abc import Mapping

_NOTES = frozenset({"$schema", "$id", "$defs", "title", "description", "examples"})
_SCALARS = frozenset({"type", "enum", "const", "pattern", "minimum", "maximum", "format", "default"})
_LISTS = frozenset({"items", "minItems", "maxItems", "uniqueItems"})
_OBJECTS = frozenset({"properties", "required", "additionalProperties", "propertyNames"})
KNOWN = _NOTES | _SCALARS | _LISTS | _OBJECTS | {"$ref", "anyOf"}
"""Words of JSON schema that are understood here."""


def check(value: object, schema: Mapping[str, Any]) -> Any:
    """Returns the value, complete.

    Raises:
        DocumentInvalid: it breaks the schema; every place is named.
    """
    faults: list[Fault] = []
    read = _Reading(schema, faults).read(value, schema, "$")
    if faults:
        raise DocumentInvalid(faults)
    return read


class _Reading:
    """One walk over a value, which notes every fault."""

    def __init__(self, root: Mapping[str, Any], faults: list[Fault]) -> None:
        self.definitions = root.get("$defs", {})
        self.faults = faults

    def read(self, value: object, schema: Mapping[str, Any], path: str) -> Any:
        while "$ref" in schema:
            schema = self.definitions[schema["$ref"].removeprefix("#/$defs/")]
        unknown = schema.keys() - KNOWN
        if unknown:
            raise ValueError(f"the schema says {sorted(unknown)} at {path}, which is not understood")
        if "anyOf" in schema:
            return self.read(value, self._branch(value, schema["anyOf"]), path)
        kinds = schema.get("type", [])
        if isinstance(kinds, str):
            kinds = [kinds]
        if kinds and not any(KINDS[kind](value) for kind in kinds):
            self.faults.append(Fault(path, f"must be {expected(schema)}, not {shown(value)}"))
        elif isinstance(value, dict):
            return self._object(value, schema, path)
        elif isinstance(value, list):
            return self._list(value, schema, path)
        else:
            return read_scalar(value, schema, path, self.faults)
        return None

    def _branch(self, value: object, branches: list[Mapping[str, Any]]) -> Mapping[str, Any]:
        """Returns the branch that was meant: of the value's kind, with the keys that tell it from others."""
        for branch in branches[:-1]:
            found = branch
            while "$ref" in found:
                found = self.definitions[found["$ref"].removeprefix("#/$defs/")]
            if KINDS[found["type"]](value):
                if isinstance(value, dict) and not any(key in value for key in found["required"]):
                    continue
                return found
        return branches[-1]

    def _object(self, value: dict[str, Any], schema: Mapping[str, Any], path: str) -> dict[str, Any]:
        properties = schema.get("properties", {})
        rest = schema.get("additionalProperties", True)
        if isinstance(value, Doubled):
            self.faults += [Fault(member_at(path, key), "stands twice; keep one") for key in value.keys_twice]
        read: dict[str, Any] = {}
        for key, member in value.items():
            if key in properties:
                read[key] = self.read(member, properties[key], member_at(path, key))
            elif rest is False:
                self.faults.append(Fault(member_at(path, key), f"unknown key; {meant(key, properties)}"))
            else:
                self.read(key, schema.get("propertyNames", {}), member_at(path, key))
                read[key] = (
                    self.read(member, rest, member_at(path, key)) if isinstance(rest, dict) else member
                )
        for key in schema.get("required", ()):
            if key not in value:
                what = expected(self._resolved(properties[key])) if key in properties else "it"
                self.faults.append(Fault(member_at(path, key), f"is missing; write {what}"))
        for key, member in properties.items():
            if key not in value and "default" in member:
                read[key] = self.read(member["default"], member, member_at(path, key))
        return read

    def _resolved(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        while "$ref" in schema:
            schema = self.definitions[schema["$ref"].removeprefix("#/$defs/")]
        return schema

    def _list(self, value: list[Any], schema: Mapping[str, Any], path: str) -> tuple[Any, ...]:
        least, most = schema.get("minItems", 0), schema.get("maxItems", 10_000)
        if not least <= len(value) <= most:
            self.faults.append(Fault(path, f"must have {least} to {most:,} items, not {len(value):,}"))
        items = schema.get("items", {})
        if schema.get("uniqueItems"):
            twice = [item for place, item in enumerate(value) if item in value[:place]]
            self.faults += [Fault(path, f"has {listed([item])} twice; keep one") for item in twice[:1]]
        return tuple(self.read(item, items, f"{path}[{place}]") for place, item in enumerate(value[:most]))
