"""Texts, numbers, flags and instants of a document, each held by its own part of the schema."""

from __future__ import annotations

import math
import re
from datetime import UTC
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from functions.core.reading.faults import Fault, listed, meant, shown
from functions.core.reading.instant import read_written

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

WORDS: Mapping[str, str] = MappingProxyType(
    {
        "object": "an object",
        "array": "a list",
        "string": "text",
        "boolean": "true or false",
        "null": "null",
        "integer": "a whole number",
        "number": "a number",
    }
)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


KINDS: Mapping[str, Callable[[object], bool]] = MappingProxyType(
    {
        "object": lambda value: isinstance(value, dict),
        "array": lambda value: isinstance(value, list),
        "string": lambda value: isinstance(value, str),
        "boolean": lambda value: isinstance(value, bool),
        "null": lambda value: value is None,
        "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
        "number": _is_number,
    }
)
"""What a value has to be for each `type` of a schema. A flag is no number, and neither is NaN."""


def expected(schema: Mapping[str, Any]) -> str:
    """Says in a few words what a schema asks for."""
    if "anyOf" in schema:
        return str(schema.get("description") or "one of its forms").partition(".")[0]
    if "enum" in schema:
        return listed([word for word in schema["enum"] if word is not None])
    kinds = schema.get("type", "value")
    text = " or ".join(WORDS.get(kind, kind) for kind in ([kinds] if isinstance(kinds, str) else kinds))
    if schema.get("format") == "date-time":
        text = text.replace("text", "an instant with its offset, such as 2027-01-31T22:00:00+09:00")
    if "minimum" in schema:
        text += f" from {schema['minimum']:,} to {schema['maximum']:,}"
    if "properties" in schema:
        text += f" with {listed(schema.get('required') or schema['properties'])}"
    return text


def read_scalar(value: object, schema: Mapping[str, Any], path: str, faults: list[Fault]) -> object:
    """Returns the value, an instant as such; notes what is wrong with it."""
    sentence = _wrong(value, schema)
    if sentence:
        faults.append(Fault(path, sentence))
    elif isinstance(value, str) and schema.get("format") == "date-time":
        try:
            return read_written(value).astimezone(UTC)
        except ValueError as error:
            faults.append(Fault(path, str(error)))
    return value


def _wrong(value: object, schema: Mapping[str, Any]) -> str | None:
    if "const" in schema and value != schema["const"]:
        return f"must be {shown(schema['const'])}, not {shown(value)}"
    if "enum" in schema and value not in schema["enum"]:
        words = [word for word in schema["enum"] if isinstance(word, str)]
        return f"must be {expected(schema)}, not {shown(value)}; {meant(value, words)}"
    if (
        isinstance(value, str)
        and "pattern" in schema
        and not re.fullmatch(schema["pattern"], value, re.ASCII)
    ):
        return f"must match {schema['pattern']}, not {shown(value)}"
    if _is_number(value) and "minimum" in schema:
        bounds = (schema["minimum"], schema["maximum"])
        if not math.isfinite(value) or not bounds[0] <= value <= bounds[1]:  # type: ignore[arg-type]
            return f"must be {expected(schema)}, not {shown(value)}"
    return None
