"""Event patterns, compiled once for each rule: which events match, and which patterns EventBridge refuses."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from twin.bus.pattern_texts import PatternError
from twin.bus.pattern_values import compile_value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

OR = "$or"
MOST_CHARACTERS = 2048
"""The size of a pattern, a quota that AWS raises on request (user guide, "Amazon EventBridge quotas")."""
MOST_COMBINATIONS = 1000
"""Combinations that a pattern with `$or` may come to (user guide, "Or matching on multiple fields")."""


@dataclass(frozen=True)
class Leaf:
    """What a pattern asks of one field."""

    path: tuple[str, ...]
    tests: tuple[Callable[[Any], bool], ...]
    present: bool
    """Whether it is enough that the field is there."""
    absent: bool
    """Whether it is enough that the field is not there."""


@dataclass(frozen=True)
class Pattern:
    """A compiled pattern, or a part of it: all of it must hold."""

    leaves: tuple[tuple[str, Leaf], ...]
    parts: tuple[tuple[str, Pattern], ...]
    choices: tuple[tuple[Pattern, ...], ...]
    """The alternatives of each `$or`."""

    def holds(self, event: Any) -> bool:
        """Returns whether an event matches."""
        return _holds(self, event, event)


def matches(pattern: Mapping[str, Any], event: Any) -> bool:
    """Returns whether an event matches a parsed pattern.

    Raises:
        PatternError: EventBridge would refuse the pattern.
    """
    return compile_pattern(json.dumps(pattern)).holds(event)


@lru_cache(maxsize=1024)
def compile_pattern(text: str) -> Pattern:
    """Compiles the text of a pattern.

    Raises:
        PatternError: EventBridge would refuse it.
    """
    try:
        written = json.loads(text)
    except ValueError as error:
        raise PatternError(f"the pattern is no JSON: {error}") from error
    if not isinstance(written, dict):
        raise PatternError("the pattern must be an object")
    if len(text) > MOST_CHARACTERS:
        raise PatternError(f"the pattern has {len(text)} characters: {MOST_CHARACTERS} are the most")
    compiled = _compile(written, ())
    if _combinations(compiled) > MOST_COMBINATIONS:
        raise PatternError(
            f"the pattern's $or come to more than {MOST_COMBINATIONS} combinations: split the rule"
        )
    return compiled


def _compile(written: Mapping[str, Any], path: tuple[str, ...]) -> Pattern:
    where = ".".join(path) or "the pattern"
    if not written:
        raise PatternError(f"{where}: empty objects are not allowed")
    leaves, parts, choices = [], [], []
    for key, value in written.items():
        here = (*path, key)
        if key == OR:
            choices.append(tuple(_compile(each, path) for each in _choices(value, where)))
        elif isinstance(value, dict):
            parts.append((key, _compile(value, here)))
        elif isinstance(value, list):
            leaves.append((key, _leaf(value, here)))
        else:
            raise PatternError(f"{'.'.join(here)}: {value!r} must be an object or a list: put it into a list")
    return Pattern(tuple(leaves), tuple(parts), tuple(choices))


def _choices(value: Any, where: str) -> Sequence[Mapping[str, Any]]:
    least = 2
    if not isinstance(value, list) or len(value) < least or not all(isinstance(each, dict) for each in value):
        raise PatternError(f"{where}: {OR} needs a list of at least two objects")
    return value


def _leaf(values: Sequence[Any], path: tuple[str, ...]) -> Leaf:
    where = ".".join(path)
    if not values:
        raise PatternError(f"{where}: empty lists are not allowed")
    present = absent = False
    tests = []
    for wanted in values:
        if isinstance(wanted, dict) and set(wanted) == {"exists"}:
            if not isinstance(wanted["exists"], bool):
                raise PatternError(f"{where}: exists must be true or false, not {wanted['exists']!r}")
            present, absent = present or wanted["exists"], absent or not wanted["exists"]
        else:
            tests.append(compile_value(wanted, where))
    return Leaf(path, tuple(tests), present, absent)


def _combinations(pattern: Pattern) -> int:
    count = 1
    for alternatives in pattern.choices:
        count *= sum(_combinations(each) for each in alternatives)
    for _, part in pattern.parts:
        count *= _combinations(part)
    return count


def _holds(pattern: Pattern, part: Any, event: Any) -> bool:
    """Returns whether a part of an event matches; of a list, one item must match the whole of the pattern."""
    if isinstance(part, list):
        return any(_holds(pattern, item, event) for item in part) or (not part and _holds(pattern, {}, event))
    fields = part if isinstance(part, dict) else {}
    return (
        all(_meets(leaf, fields, key, event) for key, leaf in pattern.leaves)
        and all(_holds(inner, fields.get(key, {}), event) for key, inner in pattern.parts)
        and all(any(_holds(each, part, event) for each in alternatives) for alternatives in pattern.choices)
    )


def _meets(leaf: Leaf, fields: Mapping[str, Any], key: str, event: Any) -> bool:
    if key in fields:
        for value in _values(fields[key]):
            if leaf.present or any(test(value) for test in leaf.tests):
                return True
    # A field of one item of a list is absent only when no item has it.
    return leaf.absent and not _is_there(event, leaf.path)


def _values(found: Any) -> Iterator[Any]:
    """Yields the values that a field holds: those of a list one by one, and none of an object."""
    if isinstance(found, list):
        for item in found:
            yield from _values(item)
    elif not isinstance(found, dict):
        yield found


def _is_there(part: Any, path: tuple[str, ...]) -> bool:
    if isinstance(part, list):
        return any(_is_there(item, path) for item in part)
    if not path:
        return not isinstance(part, dict)
    return isinstance(part, dict) and path[0] in part and _is_there(part[path[0]], path[1:])
