"""What a caller of an older description would miss in a newer one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

Document = dict[str, Any]


def breaks(old: Document, new: Document) -> list[str]:
    """Returns each operation, parameter and field that old callers rely on and that is gone or changed."""
    return [
        f"{method.upper()} {path}: {what}"
        for path, methods in old["paths"].items()
        for method, operation in methods.items()
        for what in _of_operation(operation, new["paths"].get(path, {}).get(method), old, new)
    ]


def _of_operation(before: Document, after: Document | None, old: Document, new: Document) -> Iterator[str]:
    if after is None:
        yield "is gone"
        return
    known = {(parameter["in"], parameter["name"]): parameter for parameter in before.get("parameters", [])}
    now = {(parameter["in"], parameter["name"]): parameter for parameter in after.get("parameters", [])}
    yield from (f"the parameter {name[1]} is gone" for name in known.keys() - now.keys())
    for name, parameter in now.items():
        if parameter.get("required") and not known.get(name, {}).get("required"):
            yield f"the parameter {name[1]} is now required"
    asked_before, asked_now = _body(before, old), _body(after, new)
    yield from (
        f"the field {name} of the body is gone" for name in _fields(asked_before) - _fields(asked_now)
    )
    yield from (
        f"the field {name} of the body is now required" for name in _needed(asked_now) - _needed(asked_before)
    )
    for code, answer in before["responses"].items():
        if code not in after["responses"]:
            yield f"the answer {code} is gone"
            continue
        told, tells = _content(answer, old), _content(after["responses"][code], new)
        yield from (
            f"the field {name} of the answer {code} is gone" for name in _fields(told) - _fields(tells)
        )


def _body(operation: Document, document: Document) -> Document:
    return _content(operation.get("requestBody", {}), document)


def _content(holder: Document, document: Document) -> Document:
    for kind in holder.get("content", {}).values():
        schema: Document = kind["schema"]
        if "$ref" in schema:
            found: Document = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
            return found
        return schema
    return {}


def _fields(schema: Document) -> set[str]:
    return set(schema.get("properties", {}))


def _needed(schema: Document) -> set[str]:
    return set(schema.get("required", []))
