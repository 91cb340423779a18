"""JSON paths of the Amazon States Language: which texts are one, and what one leads to.

A definite path, of names and numbers alone, is walked here; filters, slices, wildcards and unions are left to
jsonpath-ng, whose answer to them is a list always.
"""

from __future__ import annotations

import functools
import itertools
import re
from typing import Any, NamedTuple

NAME = r"[^\s.\[\]()'\",*?@$]+"
_TEXT = r"(?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")"
_STEP = re.compile(rf"\.(?P<name>{NAME})|\[\s*(?P<text>{_TEXT})\s*\]|\[\s*(?P<number>-?\d+)\s*\]")
_MANY = re.compile(
    rf"\.\.(?:{NAME}|\*)?(?=[.\[]|$)|\.\.(?:{NAME}|\*)|\.\*|\[\s*\*\s*\]|\[\s*-?\d*\s*:\s*-?\d*(?:\s*:\s*-?\d*)?\s*\]"
    rf"|\[\s*\?\s*\(.*?\)\s*\]|\[\s*{_TEXT}(?:\s*,\s*{_TEXT})+\s*\]|\[\s*-?\d+(?:\s*,\s*-?\d+)+\s*\]"
)
_ROOT = re.compile(r"\$\$|\$(?P<variable>[A-Za-z_][A-Za-z0-9_]*)|\$")


class Path(NamedTuple):
    """A path that has been read.

    Attributes:
        root: `$`, `$$`, or a variable with its dollar.
        steps: Names and numbers on the way; None for a path that can lead to several things.
        rest: What stands behind the root, as it is written.
    """

    root: str
    steps: tuple[str | int, ...] | None
    rest: str


@functools.cache
def path_of(text: str) -> Path | None:
    """Returns the path that a text is; None when it is none."""
    root = _ROOT.match(text)
    if root is None:
        return None
    steps: list[str | int] = []
    definite, at = True, root.end()
    while at < len(text):
        step = _STEP.match(text, at)
        if step is None:
            step, definite = _MANY.match(text, at), False
            if step is None or text[at:].rstrip(".") != text[at:]:
                return None
        elif step["number"] is not None:
            steps.append(int(step["number"]))
        else:
            quoted = step["text"]
            steps.append(step["name"] if quoted is None else re.sub(r"\\(.)", r"\1", quoted[1:-1]))
        at = step.end()
    return Path(root[0], tuple(steps) if definite else None, text[root.end() :])


def walk(steps: tuple[str | int, ...], data: Any) -> Any:
    """Returns what the steps lead to.

    Raises:
        LookupError: They lead nowhere.
    """
    found: Any = data
    for step in steps:
        if not _has_places_of(found, step):
            raise LookupError(step)
        found = found[step]
    return found


def _has_places_of(value: Any, step: str | int) -> bool:
    return type(value) is (dict if type(step) is str else list)


def placed(steps: tuple[str | int, ...], data: Any, value: Any) -> Any:
    """Returns `data` with `value` where the steps lead to; `data` changes, objects on the way are made.

    Raises:
        LookupError: Something on the way is neither an object nor a list with that place.
    """
    if not steps:
        return value
    parent: Any = data
    for step, following in itertools.pairwise(steps):
        if isinstance(parent, dict) and isinstance(step, str) and isinstance(following, str):
            parent = parent.setdefault(step, {})
        else:
            parent = walk((step,), parent)
    last = steps[-1]
    if not _has_places_of(parent, last):
        raise LookupError(last)
    if isinstance(last, int):
        walk((last,), parent)
    parent[last] = value
    return data
