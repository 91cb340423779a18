"""Calls of intrinsic functions, read from their text: `States.Format('{} of {}', $.n, $.all)`."""

from __future__ import annotations

import json
import re
from typing import NamedTuple

from twin.state_machines.paths import path_of

_HEAD = re.compile(r"\s*(States\.\w+)\s*\(\s*")
_TEXT = re.compile(r"'((?:[^'\\]|\\.)*)'", re.DOTALL)
_WORD = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null")
_BETWEEN = re.compile(r"\s*([,)])\s*")
_QUOTES = "'\""


class Literal(NamedTuple):
    """A text, number, truth or null, as it stands in a call; a text keeps its backslashes in `raw`."""

    value: object
    raw: str


class Reading(NamedTuple):
    """A path of the input, of the context or of a variable."""

    path: str


class Call(NamedTuple):
    """A function with its arguments."""

    function: str
    arguments: tuple[Literal | Reading | Call, ...]

    def depth(self) -> int:
        """Returns how many functions stand in one another."""
        return 1 + max((each.depth() for each in self.arguments if isinstance(each, Call)), default=0)


class NoCallError(ValueError):
    """The text is no call of an intrinsic function."""


def call_of(text: str) -> Call:
    """Returns the call that a text is.

    Raises:
        NoCallError: It is none.
    """
    call, end = _call(text, 0)
    if text[end:].strip():
        raise NoCallError(text)
    return call


def _call(text: str, at: int) -> tuple[Call, int]:
    head = _HEAD.match(text, at)
    if head is None:
        raise NoCallError(text)
    at = head.end()
    arguments: list[Literal | Reading | Call] = []
    if text[at : at + 1] == ")":
        return Call(head[1], ()), at + 1
    while True:
        argument, at = _argument(text, at)
        arguments.append(argument)
        between = _BETWEEN.match(text, at)
        if between is None:
            raise NoCallError(text)
        at = between.end()
        if between[1] == ")":
            return Call(head[1], tuple(arguments)), at


def _argument(text: str, at: int) -> tuple[Literal | Reading | Call, int]:
    if quoted := _TEXT.match(text, at):
        return Literal(re.sub(r"\\(.)", r"\1", quoted[1], flags=re.DOTALL), quoted[1]), quoted.end()
    if word := _WORD.match(text, at):
        return Literal(json.loads(word[0]), word[0]), word.end()
    if text[at : at + 1] == "$":
        end = _end_of_path(text, at)
        path = text[at:end].strip()
        if path_of(path) is None:
            raise NoCallError(text)
        return Reading(path), end
    return _call(text, at)


def _end_of_path(text: str, at: int) -> int:
    depth, quote = 0, ""
    for place in range(at, len(text)):
        sign = text[place]
        if quote:
            quote = "" if sign == quote else quote
        elif sign in _QUOTES and depth:
            quote = sign
        elif sign in "[(":
            depth += 1
        elif not depth and sign in ",)":
            return place
        elif sign in "])":
            depth -= 1
    return len(text)
