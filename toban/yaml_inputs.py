"""Turns YAML into JSON text, strictly: no aliases, no depth without end; keys and instants as written."""

from __future__ import annotations

import json
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent, CollectionEndEvent, CollectionStartEvent
from ruamel.yaml.nodes import MappingNode, SequenceNode

from functions.core.inputs.faults import Fault, InputRefused

DEEPEST: Final = 40
"""Levels of lists and objects; the parser looks back at each, so more take minutes."""

_NUMBERS: Final = ("tag:yaml.org,2002:int", "tag:yaml.org,2002:float")
_NULL: Final = "tag:yaml.org,2002:null"
_BOOL: Final = "tag:yaml.org,2002:bool"


def yaml_as_json(content: bytes) -> bytes:
    """Returns the JSON of one YAML document; a key that stands twice stands twice in it.

    Raises:
        InputRefused: it is not YAML, or uses what JSON has not.
    """
    try:
        text = content.decode("utf-8").removeprefix("\ufeff")
        _refuse_depth(text)
        node = YAML(typ="safe", pure=True).compose(text) if text.strip() else None
        return b"" if node is None else _json(node).encode()
    except UnicodeDecodeError as error:
        raise _refused("not UTF-8; save the file as UTF-8") from error
    except MarkedYAMLError as error:
        mark = error.problem_mark
        place = f" at line {mark.line + 1}" if mark else ""
        raise _refused(f"not YAML: {error.problem or error.context}{place}") from error
    except (YAMLError, RecursionError, ValueError, TypeError) as error:
        raise _refused("not YAML: characters, keys or nesting that are not read") from error


def _refuse_depth(text: str) -> None:
    depth = 0
    for event in YAML(typ="safe", pure=True).parse(text):
        if isinstance(event, AliasEvent):
            raise _refused("YAML aliases (*name) are not read; write the value out")
        depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
        if depth > DEEPEST:
            raise _refused(f"nested more than {DEEPEST} levels deep")


def _json(node: Any) -> str:
    if isinstance(node, MappingNode):
        pairs = (f"{json.dumps(str(key.value))}: {_json(value)}" for key, value in node.value)
        return "{" + ", ".join(pairs) + "}"
    if isinstance(node, SequenceNode):
        return "[" + ", ".join(_json(item) for item in node.value) + "]"
    if node.tag == _NULL:
        return "null"
    if node.tag == _BOOL:
        return "true" if node.value.lower() in {"true", "yes", "on"} else "false"
    if node.tag in _NUMBERS:
        return _number(node.value.replace("_", "").lower())
    return json.dumps(node.value)


def _number(text: str) -> str:
    if text.lstrip("+-") in {".inf", ".nan"}:
        return "NaN"  # which the reader refuses with its place
    try:
        return str(int(text, 0) if text.lstrip("+-")[:2] in {"0x", "0o"} else int(text))
    except ValueError:
        return repr(float(text))


def _refused(sentence: str) -> InputRefused:
    return InputRefused((Fault("$", sentence),))
