"""Writes `fields.json`: every field and type of the built-in kinds, taken from the official client's models.

Run it as `python -m twin.cluster.field_table` after the client's version changes; a test compares the two.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from twin.cluster.kinds import BUILT_IN

_WORDS = {"object": "any", "datetime": "str", "date": "str", "bytes": "str"}
_QUANTITIES = ("limits", "requests", "capacity", "allocatable", "hard", "used", "sizeLimit", "divisor")
"""Quantities may be written as numbers too."""

_MODELS = {"Event": "CoreV1Event", "HorizontalPodAutoscaler": "V2HorizontalPodAutoscaler"}


def fields() -> dict[str, dict[str, str]]:
    """Reads the models into `{kind or shape: {field: type}}`.

    Types are `str`, `int`, `float`, `bool`, `list[…]`, `map[…]`, the name of a shape, or `any`.
    """
    from kubernetes.client import models  # noqa: PLC0415 - heavy, and needed by this command alone

    table: dict[str, dict[str, str]] = {}
    waiting = [(kind.name, _MODELS.get(kind.name, f"V1{kind.name}")) for kind in BUILT_IN]
    waiting = [(name, model) for name, model in waiting if name != "CustomResourceDefinition"]
    while waiting:
        name, model = waiting.pop()
        if name in table:
            continue
        source: Any = getattr(models, model)
        table[name] = {}
        for attribute, key in source.attribute_map.items():
            shape, inner = _shape(source.openapi_types[attribute])
            table[name][key] = "any" if key in _QUANTITIES else shape
            if inner is not None and inner not in table:
                waiting.append((inner, inner))
    return {name: dict(sorted(table[name].items())) for name in sorted(table)}


def _shape(text: str) -> tuple[str, str | None]:
    if text.startswith("List["):
        shape, inner = _shape(text[5:-1])
        return f"list[{shape}]", inner
    if text.startswith("Dict[str, "):
        shape, inner = _shape(text[10:-1])
        return f"map[{shape}]", inner
    if text in ("str", "int", "float", "bool"):
        return text, None
    if text in _WORDS:
        return _WORDS[text], None
    return text, text


def as_text() -> str:
    """Returns the file's content."""
    return json.dumps(fields(), separators=(",", ":"), sort_keys=True).replace('},"', '},\n"') + "\n"


if __name__ == "__main__":
    Path(__file__).with_name("fields.json").write_text(as_text(), encoding="utf-8")
