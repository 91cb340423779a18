"""Turns YAML into JSON text: what JSON has not is refused; keys, dates and instants stay as written."""

from __future__ import annotations

import json
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent, CollectionEndEvent, CollectionStartEvent
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

from functions.core.reading.faults import DocumentInvalid, Fault

DEEPEST: Final = 40
"""Levels of lists and objects that are read of YAML: the parser looks back at each, so more take minutes."""
_TAG: Final = "tag:yaml.org,2002:"


def yaml_as_json(content: bytes) -> bytes:
    """Returns the JSON of one YAML document.

    Raises:
        DocumentInvalid: It is no YAML, goes too deep, or uses what JSON has not.
    """
    try:
        node = compose(content)
        return b"" if node is None else _json(node).encode()
    except UnicodeDecodeError as error:
        raise _refused("not UTF-8; save the file as UTF-8", 1) from error
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise _refused(f"not YAML: {error.problem or error.context}", line) from error
    except (YAMLError, RecursionError, ValueError, TypeError) as error:
        raise _refused("not YAML: characters, nesting or keys that a document does not have", 1) from error


def compose(content: bytes) -> Node | None:
    """Takes a text apart, keeping places; None of an empty one.

    Raises:
        DocumentInvalid: It goes too deep, or uses what JSON has not.
        UnicodeDecodeError: It is no UTF-8.
        YAMLError: It is no YAML.
    """
    text = content.decode("utf-8").removeprefix("\ufeff")
    _refuse_beyond_json(text)
    found = YAML(typ="safe", pure=True).compose(text) if text.strip() else None
    return found if isinstance(found, Node) else None


def _refuse_beyond_json(text: str) -> None:
    """Refuses anchors, aliases, tags and great depth; the events come one by one, so that it ends there."""
    depth = 0
    for event in YAML(typ="safe", pure=True).parse(text):
        line = event.start_mark.line + 1
        if isinstance(event, AliasEvent) or getattr(event, "anchor", None):
            raise _refused("YAML anchors and aliases (&name, *name) are not read; write the value out", line)
        if getattr(event, "tag", None):
            raise _refused("YAML tags (!name) are not read; write the plain value", line)
        depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
        if depth > DEEPEST:
            raise _refused(f"nested more than {DEEPEST} levels deep; no document needs a tenth of it", line)


def _json(node: Any) -> str:
    if isinstance(node, MappingNode):
        members: dict[str, str] = {}
        for key, value in node.value:
            name = _key(key)
            if name in members:
                line = key.start_mark.line + 1
                raise _refused(f"not YAML: the key {name} stands twice; keep one of them", line)
            members[name] = _json(value)
        return "{" + ", ".join(f"{name}: {text}" for name, text in members.items()) + "}"
    if isinstance(node, SequenceNode):
        return "[" + ", ".join(_json(item) for item in node.value) + "]"
    match node.tag.removeprefix(_TAG):
        case "null":
            return "null"
        case "bool":
            return "true" if node.value.lower() in {"true", "yes", "on"} else "false"
        case "int" | "float":
            return _number(node.value.replace("_", "").lower())
        case _:
            return json.dumps(node.value)


def _key(node: Any) -> str:
    if isinstance(node, MappingNode | SequenceNode):
        raise _refused("a key must be a word, not an object or a list", node.start_mark.line + 1)
    return json.dumps(node.value)


def _number(text: str) -> str:
    if text.lstrip("+-") in {".inf", ".nan"}:
        return "NaN"  # which the reader refuses with its place
    try:
        return str(int(text, 0) if text.lstrip("+-")[:2] in {"0x", "0o"} else int(text))
    except ValueError:
        return repr(float(text))


def _refused(sentence: str, line: int) -> DocumentInvalid:
    return DocumentInvalid((Fault("$", sentence, line),))
