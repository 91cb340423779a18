"""Reads documents that people write, JSON or YAML, and finds the line that a fault is about."""

import json
import re
import sys
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent, CollectionEndEvent, CollectionStartEvent
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

from functions.core.reading.faults import DocumentInvalid, Fault
from functions.core.reading.strict_json import LARGEST_BYTES

DEEPEST = 40
"""Levels of lists and objects that are read of YAML."""
_STEP = re.compile(r"\.(\w+)|\[(\d+)\]|\['([^']*)'\]", re.ASCII)


class Source(NamedTuple):
    """A document as it was found: read once, so that standard input can be asked for its lines as well.

    Attributes:
        name: Its path, or `-`.
        content: Its bytes, one more than a document may have at most: a device has no end.
        is_yaml: Whether its name says YAML.
    """

    name: str
    content: bytes
    is_yaml: bool = False

    def json(self) -> bytes:
        """Returns it as the JSON text that the control plane reads.

        Raises:
            DocumentInvalid: It is YAML that cannot be read.
        """
        if self.is_yaml and len(self.content) <= LARGEST_BYTES and self.content.strip():
            return yaml_as_json(self.content).encode()
        return self.content


def read_source(path: Path) -> Source:
    """Returns what a file holds, or standard input where the path is `-`.

    Raises:
        DocumentInvalid: The file cannot be read.
    """
    if str(path) == "-":
        content = sys.stdin.buffer.read(LARGEST_BYTES + 1)
        return Source(
            "-", content, is_yaml=not content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"["))
        )
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_BYTES + 1)
    except OSError as error:
        raise DocumentInvalid((Fault("$", f"cannot be read: {error.strerror}", 1),)) from error
    return Source(str(path), content, is_yaml=path.suffix in {".yaml", ".yml"})


def fault_lines(source: Source, faults: tuple[Fault, ...]) -> list[str]:
    """Writes each fault with the line it is about; 1 where the text cannot be taken apart."""
    root = composed(source.content)
    return [f"{source.name}:{fault.line or line_of(root, fault.path)}: {fault}" for fault in faults]


def _refuse_depth(yaml: YAML, text: str) -> None:
    """Refuses aliases, and nesting that the parser would take minutes for: it looks back at each level.

    The events come one by one, so that it ends where the text goes too deep.
    """
    depth = 0
    for event in yaml.parse(text):
        line = event.start_mark.line + 1
        if isinstance(event, AliasEvent) or getattr(event, "anchor", None):
            raise _refused("YAML anchors and aliases (&name, *name) are not read; write the value out", line)
        if getattr(event, "tag", None):
            raise _refused("YAML tags (!name) are not read; write the plain value", line)
        depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
        if depth > DEEPEST:
            raise _refused(f"nested more than {DEEPEST} levels deep; no document needs a tenth of it", line)


def yaml_as_json(content: bytes) -> str:
    """Returns the JSON of a YAML text.

    Raises:
        DocumentInvalid: It is no YAML, goes too deep, or uses what JSON has not.
    """
    yaml = YAML(typ="safe", pure=True)
    try:
        text = content.decode("utf-8")
        _refuse_depth(yaml, text)
        return json.dumps(_with_text_dates(yaml.load(text)), default=str)
    except UnicodeDecodeError as error:
        raise _refused("not UTF-8; save the file as UTF-8", 1) from error
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise _refused(f"not YAML: {error.problem or error.context}", line) from error
    except (YAMLError, RecursionError, ValueError, TypeError) as error:
        raise _refused("not YAML: characters, nesting or keys that a document does not have", 1) from error


def _with_text_dates(value: Any) -> Any:
    """Turns the dates that YAML recognises back into the text that the document means."""
    if isinstance(value, dict):
        return {_with_text_dates(key): _with_text_dates(member) for key, member in value.items()}
    if isinstance(value, list):
        return [_with_text_dates(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value


def _refused(sentence: str, line: int) -> DocumentInvalid:
    return DocumentInvalid((Fault("$", sentence, line),))


def composed(content: bytes) -> Node | None:
    """Takes a text apart, keeping places; JSON is read as the YAML that it also is. None: it cannot be."""
    try:
        text = content.decode("utf-8")
        _refuse_depth(YAML(typ="safe", pure=True), text)
        found = YAML(pure=True).compose(text[:LARGEST_BYTES])
    except (DocumentInvalid, YAMLError, ValueError, RecursionError):
        return None
    return found if isinstance(found, Node) else None


def line_of(node: Node | None, path: str) -> int:
    """Follows a JSON path as far as the text goes; a missing member is about the line of its parent."""
    line = node.start_mark.line + 1 if node else 1
    for step in _STEP.finditer(path):
        key, place = step[1] or step[3], step[2]
        if isinstance(node, MappingNode):
            pairs = {str(key.value): (key, value) for key, value in node.value}
            if key not in pairs:
                break
            line, node = pairs[key][0].start_mark.line + 1, pairs[key][1]
        elif isinstance(node, SequenceNode) and place and int(place) < len(node.value):
            node = node.value[int(place)]
            line = node.start_mark.line + 1
        else:
            break
    return int(line)
