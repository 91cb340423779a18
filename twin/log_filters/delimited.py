"""Filter patterns for lines of fields: `[ip, ..., status_code = 4* && status_code != 403, bytes > 1000]`.

CloudWatch Logs user guide, "Using metric filters to extract values from space-delimited log events": what
stands between brackets or double quotes is one field; an ellipsis stands for any number of fields.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from twin.log_filters.comparisons import read_test

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from twin.log_filters.scanner import Scanner

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_\-]*")
FIELD = re.compile(r'\[([^\]]*)\]|"([^"]*)"|(\S+)')
ELLIPSIS = "..."


@dataclass(frozen=True)
class Field:
    """One field of a pattern: its name, empty where it has none, and whether a value meets its condition."""

    name: str
    holds: Callable[[str], bool] | None = None


@dataclass(frozen=True)
class Fields:
    """The fields of a pattern, in order."""

    before: tuple[Field, ...]
    after: tuple[Field, ...] | None
    """The fields behind the ellipsis; None when there is no ellipsis."""

    def read(self, line: str) -> dict[str, str] | None:
        """Returns the values of a line by `$name`, or by `$1`, `$2` … where they have none.

        Answers None when the line has another number of fields, or one that breaks its condition.
        """
        values = split_fields(line)
        if self.after is None:
            fields = self.before
        else:
            gap = len(values) - len(self.before) - len(self.after)
            if gap < 0:
                return None
            fields = (*self.before, *[Field("")] * gap, *self.after)
        if len(fields) != len(values):
            return None
        if any(field.holds and not field.holds(value) for field, value in zip(fields, values, strict=True)):
            return None
        numbered = enumerate(zip(fields, values, strict=True), start=1)
        return {f"${field.name or at}": value for at, (field, value) in numbered}


def read_fields(scanner: Scanner) -> Fields:
    """Reads what stands between the brackets of a pattern.

    Raises:
        FilterError: It is no list of fields.
    """
    parts: list[list[Field]] = [[]]
    while True:
        if scanner.take(ELLIPSIS):
            if len(parts) > 1:
                raise scanner.fail("a pattern has one ellipsis at most")
            parts.append([])
        else:
            parts[-1].append(_field(scanner))
        if not scanner.take(","):
            break
    if not scanner.done:
        raise scanner.fail("separate fields with commas")
    return Fields(tuple(parts[0]), tuple(parts[1]) if len(parts) > 1 else None)


def split_fields(line: str) -> Sequence[str]:
    """Splits a line at its spaces; what stands between brackets or quotes stays together."""
    return [bracketed or quoted or plain for bracketed, quoted, plain in FIELD.findall(line)]


def _field(scanner: Scanner) -> Field:
    name = scanner.match(NAME)
    if not name:
        return Field("")
    scanner.skip_spaces()
    if scanner.text[scanner.at : scanner.at + 1] in ("", ","):
        return Field(name[0])
    return Field(name[0], _either(scanner, name[0], read_test(scanner, numeric_text=True)))


def _either(scanner: Scanner, name: str, first: Callable[[str], bool]) -> Callable[[str], bool]:
    choices = [_both(scanner, name, first)]
    while scanner.take("||"):
        choices.append(_both(scanner, name, _again(scanner, name)))
    return lambda value: any(choice(value) for choice in choices)


def _both(scanner: Scanner, name: str, first: Callable[[str], bool]) -> Callable[[str], bool]:
    parts = [first]
    while scanner.take("&&"):
        parts.append(_again(scanner, name))
    return lambda value: all(part(value) for part in parts)


def _again(scanner: Scanner, name: str) -> Callable[[str], bool]:
    again = scanner.match(NAME)
    if not again or again[0].lower() != name.lower():
        raise scanner.fail(f"a condition here begins with the field's own name, {name}")
    return read_test(scanner, numeric_text=True)
