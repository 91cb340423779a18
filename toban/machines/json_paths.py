"""Reads the paths and intrinsic functions of the Amazon States Language: what does a text read?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toban.machines.shapes import Step

PART = re.compile(r"\.([A-Za-z_][\w-]*)|\['([^']+)'\]|\[(\d+)\]")
FILTER = re.compile(r"\[(\*|\?\([^\]]*\))\](\.\w+)?")
CONTEXT = {
    "Execution": {"Id", "Input", "Name", "RedriveCount", "RedriveTime", "RoleArn", "StartTime"},
    "State": {"EnteredTime", "Name", "RetryCount"},
    "StateMachine": {"Id", "Name"},
    "Task": {"Token"},
    "Map": {"Item"},
}
"""What the context object holds; below Execution.Input and Map.Item lies what nobody here knows."""
INTRINSICS = {
    "Array", "ArrayContains", "ArrayGetItem", "ArrayLength", "ArrayPartition", "ArrayRange", "ArrayUnique",
    "Base64Decode", "Base64Encode", "Format", "Hash", "JsonMerge", "JsonToString", "MathAdd", "MathRandom",
    "StringSplit", "StringToJson", "UUID",
}  # fmt: skip
"""Every intrinsic function of the Amazon States Language, without `States.`."""


class Path(NamedTuple):
    """A path as it is read.

    Attributes:
        text: As it is written.
        steps: From the root to the value.
        selects: Whether a filter or a wildcard ends it, and perhaps a member of each item: it then answers a
            list, an empty one if need be.
        context: Whether it looks into the context object (`$$.`).
    """

    text: str
    steps: tuple[Step, ...]
    selects: bool = False
    context: bool = False


class PathInvalid(Exception):  # noqa: N818 - it reads as the sentence that a person sees
    """A text that is no path which this checker understands."""


def parse_path(text: str) -> Path:
    """Returns a path's steps.

    Raises:
        PathInvalid: It is no reference path, with or without one filter at its end.
    """
    context = text.startswith("$$")
    rest = text[2 if context else 1 :]
    if not text.startswith("$"):
        raise PathInvalid(f"{text!r} is no path: it begins with $")
    steps: list[Step] = []
    while rest:
        found = PART.match(rest)
        if found is None:
            chosen = FILTER.fullmatch(rest)
            if chosen is None:
                raise PathInvalid(f"{text!r} cannot be read from {rest!r} on")
            return Path(text, tuple(steps), selects=True, context=context)
        name, quoted, index = found.groups()
        steps.append(int(index) if index is not None else str(name or quoted))
        rest = rest[found.end() :]
    return Path(text, tuple(steps), context=context)


def paths_in(text: str) -> Iterator[Path]:
    """Yields every path that an expression reads: a path itself, or the arguments of an intrinsic function.

    Raises:
        PathInvalid: It is neither.
    """
    if text.startswith("$"):
        yield parse_path(text)
        return
    called = re.fullmatch(r"States\.(\w+)\((.*)\)", text.strip(), re.DOTALL)
    if called is None:
        raise PathInvalid(f"{text!r} is neither a path nor an intrinsic function")
    if called.group(1) not in INTRINSICS:
        raise PathInvalid(f"States.{called.group(1)} is no intrinsic function")
    for argument in _arguments(called.group(2)):
        if argument.startswith(("$", "States.")):
            yield from paths_in(argument)


def _arguments(text: str) -> Iterator[str]:
    """Cuts a call's arguments at the commas that stand in no quotes and no brackets."""
    depth, quoted, begun = 0, False, 0
    for index, sign in enumerate(text):
        if sign == "'" and text[index - 1 : index] != "\\":
            quoted = not quoted
        if quoted:
            continue
        depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(sign, 0)
        if sign == "," and depth == 0:
            yield text[begun:index].strip()
            begun = index + 1
    yield text[begun:].strip()


def known_in_context(path: Path) -> bool:
    """Returns whether the context object has such a member."""
    if not path.steps:
        return True
    first, *rest = path.steps
    return first in CONTEXT and (not rest or rest[0] in CONTEXT[str(first)])


def reads_of_template(template: Any) -> Iterator[tuple[str, str]]:
    """Yields each member of a payload template that is computed, and its expression."""
    if isinstance(template, dict):
        for key, value in template.items():
            if str(key).endswith(".$"):
                yield str(key), str(value)
            else:
                yield from reads_of_template(value)
    elif isinstance(template, list):
        for item in template:
            yield from reads_of_template(item)
