"""Filters of an event pattern that look at texts: begin, end, wildcards, and any case."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


class PatternError(ValueError):
    """A pattern that EventBridge refuses; its text says why and where."""


def text_of(argument: Any, name: str, where: str) -> str:
    """Returns a filter's argument, which must be a text."""
    if not isinstance(argument, str):
        raise PatternError(f"{where}: {name} must be a string, not {argument!r}")
    return argument


def of_text(name: str, holds: Callable[[str, str], bool]) -> Callable[[Any, str], Callable[[Any], bool]]:
    """Returns what builds a filter on texts; `holds` is given the value and the filter's text."""

    def build(argument: Any, where: str) -> Callable[[Any], bool]:
        wanted = text_of(argument, name, where)
        return lambda value: isinstance(value, str) and holds(value, wanted)

    return build


def of_begin_or_end(
    name: str, holds: Callable[[str, str], bool]
) -> Callable[[Any, str], Callable[[Any], bool]]:
    """Returns what builds the filter `prefix` or `suffix`, which can ignore the case."""
    plain = of_text(name, holds)

    def build(argument: Any, where: str) -> Callable[[Any], bool]:
        if not isinstance(argument, dict):
            return plain(argument, where)
        if set(argument) != {"equals-ignore-case"}:
            raise PatternError(f"{where}: {name} goes with a string, or with equals-ignore-case alone")
        wanted = text_of(argument["equals-ignore-case"], "equals-ignore-case", where).casefold()
        return lambda value: isinstance(value, str) and holds(value.casefold(), wanted)

    return build


def ignoring_case(argument: Any, where: str) -> Callable[[Any], bool]:
    """Builds the test of a text of any case."""
    wanted = text_of(argument, "equals-ignore-case", where).casefold()
    return lambda value: isinstance(value, str) and value.casefold() == wanted


def wildcard(argument: Any, where: str) -> Callable[[Any], bool]:
    """Builds the test of a text with `*`, which stands for any text.

    Raises:
        PatternError: EventBridge would refuse the filter.
    """
    text, parts, at = text_of(argument, "wildcard", where), [], 0
    while at < len(text):
        if text[at] == "\\":
            if text[at + 1 : at + 2] not in ("*", "\\"):
                raise PatternError(f"{where}: wildcard {text!r}: a backslash escapes * and \\ alone")
            parts.append(re.escape(text[at + 1]))
            at += 1
        elif text[at] == "*":
            if text[at + 1 : at + 2] == "*":
                raise PatternError(f"{where}: wildcard {text!r}: no two * in a row")
            parts.append(".*")
        else:
            parts.append(re.escape(text[at]))
        at += 1
    full = re.compile("".join(parts), re.DOTALL).fullmatch
    return lambda value: isinstance(value, str) and full(value) is not None
