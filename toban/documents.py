"""Reads documents that people write, JSON or YAML, and finds the line that a fault is about."""

import re
import sys
from pathlib import Path
from typing import NamedTuple

from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

from functions.core.reading.faults import DocumentInvalid, Fault
from functions.core.reading.strict_json import LARGEST_BYTES
from toban.yaml_text import compose, yaml_as_json

_STEP = re.compile(r"\.(\w+)|\[(\d+)\]|\['([^']*)'\]", re.ASCII)


class Source(NamedTuple):
    """A document as it was found: read once, so that standard input can be asked for its lines as well.

    Attributes:
        name: Its path, or `-`.
        content: Its bytes, one more than a document may have at most: a device has no end.
        is_yaml: Whether its name says YAML, or standard input begins with neither of JSON's brackets.
        most_bytes: Bytes that a document may have at most.
    """

    name: str
    content: bytes
    is_yaml: bool = False
    most_bytes: int = LARGEST_BYTES

    def json(self) -> bytes:
        """Returns it as the JSON text that the control plane reads.

        Raises:
            DocumentInvalid: It is YAML that cannot be read.
        """
        if self.is_yaml and len(self.content) <= self.most_bytes and self.content.strip():
            return yaml_as_json(self.content)
        return self.content


def read_source(path: Path, *, most_bytes: int = LARGEST_BYTES) -> Source:
    """Returns what a file holds, or standard input where the path is `-`.

    Raises:
        DocumentInvalid: The file cannot be read.
    """
    if str(path) == "-":
        content = sys.stdin.buffer.read(most_bytes + 1)
        is_json = content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"["))
        return Source("-", content, not is_json, most_bytes)
    try:
        with path.open("rb") as file:
            content = file.read(most_bytes + 1)
    except OSError as error:
        raise DocumentInvalid((Fault("$", f"cannot be read: {error.strerror}", 1),)) from error
    return Source(str(path), content, path.suffix in {".yaml", ".yml"}, most_bytes)


def fault_lines(source: Source, faults: tuple[Fault, ...]) -> list[str]:
    """Writes each fault with the line it is about; 1 where the text cannot be taken apart."""
    root = composed(source.content)
    return [f"{source.name}:{fault.line or line_of(root, fault.path)}: {fault}" for fault in faults]


def composed(content: bytes) -> Node | None:
    """Takes a text apart, keeping places; JSON is read as the YAML that it also is. None: it cannot be."""
    try:
        return compose(content)
    except (DocumentInvalid, YAMLError, ValueError, RecursionError):
        return None


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
