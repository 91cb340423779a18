"""Schemas in a few words, and an example of a body that fits one."""

from __future__ import annotations

from typing import Any, Final

Schema = dict[str, Any]
_LIMITS: Final = {
    "minLength": "at least {} long",
    "maxLength": "at most {} long",
    "minimum": "from {}",
    "maximum": "to {}",
    "minItems": "at least {}",
    "maxItems": "at most {}",
    "pattern": "like {}",
    "default": "{} if left out",
}
_PLAIN: Final = {"string": "text", "integer": 1, "number": 1, "boolean": True, "null": None}


def resolved(schema: Schema, schemas: dict[str, Schema]) -> Schema:
    """Returns a schema, or the one that it refers to."""
    return schemas[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema


def alternatives(schema: Schema) -> list[Schema]:
    """Returns what a value may be, if it may be several things; an empty list if it is one."""
    found: list[Schema] = schema.get("oneOf") or schema.get("anyOf") or []
    return found


def in_words(schema: Schema, schemas: dict[str, Schema]) -> str:
    """Returns what a value must be, in one line."""
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    if several := alternatives(schema):
        return " or ".join(in_words(one, schemas) for one in several)
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    if "const" in schema:
        return str(schema["const"])
    kind = schema.get("format") or schema.get("type", "anything")
    if kind == "array":
        kind = f"list of {in_words(schema.get('items', {}), schemas)}"
    limits = [words.format(schema[name]) for name, words in _LIMITS.items() if schema.get(name) is not None]
    return ", ".join([" or ".join(kind) if isinstance(kind, list) else str(kind), *limits])


def sample(schema: Schema, schemas: dict[str, Schema]) -> Any:
    """Returns a value that fits the schema, or nearly: what must be there, as short as it may be."""
    schema = resolved(schema, schemas)
    if several := alternatives(schema):
        return sample(several[0], schemas)
    for given in (schema.get("const"), schema.get("default"), *schema.get("enum", [])):
        if given is not None:
            return given
    if schema.get("format") == "date-time":
        return "2030-01-31T09:00:00+09:00"
    if schema.get("type") == "object":
        wanted = schema.get("required") or list(schema.get("properties", {}))[:1]
        return {name: sample(schema["properties"][name], schemas) for name in wanted}
    if schema.get("type") == "array":
        return [sample(schema.get("items", {}), schemas)]
    return _PLAIN.get(str(schema.get("type")), "")
