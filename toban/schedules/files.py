"""Reads schedule documents from files, JSON or YAML, and finds the line that a fault is about."""

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import typer
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent, CollectionEndEvent, CollectionStartEvent
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

from functions.night_scaling.schedule.document import parse_schedule
from functions.night_scaling.schedule.faults import Fault, ScheduleInvalid
from functions.night_scaling.schedule.model import ScheduleDocument
from functions.night_scaling.schedule.strict_json import LARGEST_BYTES

DEEPEST = 40
"""Levels of lists and objects that are read of YAML."""
_STEP = re.compile(r"\.(\w+)|\[(\d+)\]|\['([^']*)'\]", re.ASCII)


def load_or_exit(path: Path) -> ScheduleDocument:
    """Returns a document; or prints each fault as `FILE:line: path: sentence` and ends with exit code 1."""
    try:
        return load(path)
    except ScheduleInvalid as error:
        for line in fault_lines(path, error.faults):
            typer.echo(line, err=True)
        raise typer.Exit(1) from error


def load(path: Path) -> ScheduleDocument:
    """Reads a document by the control plane's own rules; a .yaml or .yml file is read as YAML first.

    Raises:
        ScheduleInvalid: the file cannot be read, or breaks a rule.
    """
    content = _content(path)
    if path.suffix in {".yaml", ".yml"} and len(content) <= LARGEST_BYTES and content.strip():
        return parse_schedule(yaml_as_json(content))
    return parse_schedule(content)


def as_json(path: Path) -> str:
    """Returns a document that was found to be good as the JSON text that the control plane reads."""
    content = _content(path)
    return yaml_as_json(content) if path.suffix in {".yaml", ".yml"} else content.decode("utf-8")


def fault_lines(path: Path, faults: tuple[Fault, ...]) -> list[str]:
    """Writes each fault with the line it is about; 1 where the text cannot be taken apart."""
    try:
        root = composed(_content(path))
    except ScheduleInvalid:
        root = None
    return [f"{path}:{fault.line or line_of(root, fault.path)}: {fault}" for fault in faults]


def _content(path: Path) -> bytes:
    """Returns a file's bytes, one more than a document may have at most: a device has no end."""
    try:
        with path.open("rb") as file:
            return file.read(LARGEST_BYTES + 1)
    except OSError as error:
        raise ScheduleInvalid((Fault("$", f"cannot be read: {error.strerror}", 1),)) from error


def _refuse_depth(yaml: YAML, text: str) -> None:
    """Refuses aliases, and nesting that the parser would take minutes for: it looks back at each level.

    The events come one by one, so that it ends where the text goes too deep.
    """
    depth = 0
    for event in yaml.parse(text):
        if isinstance(event, AliasEvent):
            raise _refused("YAML aliases (*name) are not read; write the value out", 1)
        depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
        if depth > DEEPEST:
            line = event.start_mark.line + 1
            raise _refused(f"nested more than {DEEPEST} levels deep; a schedule needs five", line)


def yaml_as_json(content: bytes) -> str:
    """Returns the JSON of a YAML text.

    Raises:
        ScheduleInvalid: it is no YAML, or goes too deep.
    """
    yaml = YAML(typ="safe", pure=True)
    try:
        text = content.decode("utf-8")
        _refuse_depth(yaml, text)
        value = yaml.load(text)
    except UnicodeDecodeError as error:
        raise _refused("not UTF-8; save the file as UTF-8", 1) from error
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise _refused(f"not YAML: {error.problem or error.context}", line) from error
    except (YAMLError, RecursionError, ValueError) as error:
        raise _refused("not YAML: characters or nesting that YAML does not have", 1) from error
    return json.dumps(_with_text_dates(value), default=str)


def _with_text_dates(value: Any) -> Any:
    """Turns the dates that YAML recognises back into the text that the document means."""
    if isinstance(value, dict):
        return {_with_text_dates(key): _with_text_dates(member) for key, member in value.items()}
    if isinstance(value, list):
        return [_with_text_dates(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value


def _refused(sentence: str, line: int) -> ScheduleInvalid:
    return ScheduleInvalid((Fault("$", sentence, line),))


def composed(content: bytes) -> Node | None:
    """Takes a text apart, keeping places; JSON is read as the YAML that it also is. None: it cannot be."""
    try:
        text = content.decode("utf-8")
        _refuse_depth(YAML(typ="safe", pure=True), text)
        found = YAML(pure=True).compose(text[:LARGEST_BYTES])
    except (ScheduleInvalid, YAMLError, ValueError, RecursionError):
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
