"""What a filter pattern compares a value with: a text with wildcards, a number, or a regular expression.

CloudWatch Logs user guide, "Filter pattern syntax": a `*` stands for any text at the begin or the end of a
value; a regular expression stands between percent signs, without parentheses.
"""

from __future__ import annotations

import operator
import re
from typing import TYPE_CHECKING, Any

from twin.log_filters.scanner import FilterError

if TYPE_CHECKING:
    from collections.abc import Callable

    from twin.log_filters.scanner import Scanner

SIGN = re.compile(r"!=|>=|<=|=|>|<")
QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
REGEX = re.compile(r"%([^%]*)%")
BARE = re.compile(r"[A-Za-z0-9_.*:/+\-#]+")
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
ORDER: dict[str, Callable[[float, float], bool]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}
REGEX_SIGNS = re.compile(r"(?:[A-Za-z0-9:_#=@/;,\- ^$?\[\]{}|*+.]|\\.)*")
"""The characters that the page "Supported regular expressions (regex) syntax" lists, and the space."""


def read_test(scanner: Scanner, *, numeric_text: bool = False) -> Callable[[Any], bool]:
    """Reads a sign and a value, and returns the test that they make.

    Args:
        scanner: Stands at the sign.
        numeric_text: Whether texts that read as numbers are compared as numbers, as in space-delimited lines.

    Raises:
        FilterError: There is no sign, or no value that it can be used with.
    """
    sign = scanner.match(SIGN)
    if not sign:
        raise scanner.fail("write one of =, !=, <, <=, > and >= here")
    if found := scanner.match(REGEX):
        if sign[0] not in ("=", "!="):
            raise scanner.fail(f"a regular expression goes with = or !=, not with {sign[0]}")
        search = compile_regex(found[1]).search
        return _wanted(sign[0], lambda value: search(value) is not None)
    if found := scanner.match(QUOTED):
        text, quoted = re.sub(r"\\(.)", r"\1", found[1]), True
    elif found := scanner.match(BARE):
        text, quoted = found[0], False
    else:
        raise scanner.fail("write a number, or a text; anything but letters, digits and _ goes into quotes")
    if sign[0] in ORDER:
        if quoted or not NUMBER.fullmatch(text):
            raise scanner.fail(f"{sign[0]} compares numbers, and {text!r} is none")
        return _ordered(ORDER[sign[0]], float(text), numeric_text=numeric_text)
    if not quoted and NUMBER.fullmatch(text):
        return _equals_number(sign[0], float(text), text, numeric_text=numeric_text)
    return _wanted(sign[0], wildcard(text))


def compile_regex(text: str) -> re.Pattern[str]:
    """Returns the regular expression between percent signs.

    Raises:
        FilterError: It uses what CloudWatch Logs does not support.
    """
    if not REGEX_SIGNS.fullmatch(text) or not text.isascii():
        raise FilterError(
            f"the regular expression %{text}% uses a character that CloudWatch Logs does not support: use "
            "letters, digits, : _ # = @ / ; , - and the operators ^ $ ? [ ] { } | \\ * + ."
        )
    try:
        return re.compile(text)
    except re.error as error:
        raise FilterError(f"the regular expression %{text}% is none ({error}): correct it") from error


def wildcard(text: str) -> Callable[[str], bool]:
    """Returns the test of a text whose `*`, at its begin or its end, stands for any text."""
    if text == "*":
        return lambda _: True
    core, head, tail = text, text.startswith("*"), text.endswith("*")
    core = core[1:] if head else core
    core = core[:-1] if tail else core
    if head and tail:
        return lambda value: core in value
    if head:
        return lambda value: value.endswith(core)
    return (lambda value: value.startswith(core)) if tail else (lambda value: value == core)


def _wanted(sign: str, holds: Callable[[str], bool]) -> Callable[[Any], bool]:
    wanted = sign == "="
    return lambda value: holds(as_text(value)) == wanted


def _ordered(
    compare: Callable[[float, float], bool], limit: float, *, numeric_text: bool
) -> Callable[[Any], bool]:
    def test(value: Any) -> bool:
        number = as_number(value, numeric_text=numeric_text)
        return number is not None and compare(number, limit)

    return test


def _equals_number(sign: str, number: float, text: str, *, numeric_text: bool) -> Callable[[Any], bool]:
    def test(value: Any) -> bool:
        there = as_number(value, numeric_text=numeric_text)
        same = there == number if there is not None else as_text(value) == text
        return same == (sign == "=")

    return test


def as_number(value: Any, *, numeric_text: bool) -> float | None:
    """Returns a value as a number; None when it is none."""
    if isinstance(value, str):
        return float(value) if numeric_text and NUMBER.fullmatch(value) else None
    return float(value)


def as_text(value: Any) -> str:
    """Writes a text, or a number as JSON does."""
    return value if isinstance(value, str) else f"{value!r}"
