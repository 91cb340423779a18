"""Reads values of people: one JSON value, or one a line; a fault is said as `FILE:line: path: sentence`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import typer

from functions.core.reading.faults import DocumentInvalid, Fault
from functions.core.reading.strict_json import decode, read_json
from functions.remediation.documents import LARGEST
from toban.documents import composed, line_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MOST_BYTES = 64 * 1024 * 1024
"""Bytes of a file of JSON lines that are read."""
STANDARD_INPUT = "-"


class Given(NamedTuple):
    """One value, where it stood, and its text; `fault` says why it could not be read."""

    where: str
    first_line: int
    text: str
    value: Any = None
    fault: DocumentInvalid | None = None


def content(path: str) -> bytes:
    """Returns the bytes of a file, or of the standard input for `-`; ends with 2 where there are none."""
    try:
        if path == STANDARD_INPUT:
            return sys.stdin.buffer.read(MOST_BYTES + 1)
        with Path(path).open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as error:
        typer.echo(f"{path}: cannot be read: {error.strerror}", err=True)
        raise typer.Exit(2) from error


def values(path: str) -> Iterator[Given]:
    """Yields each value of a file: one that spans the whole, else one for each line that is not blank."""
    name = "standard input" if path == STANDARD_INPUT else path
    try:
        text = decode(content(path), most_bytes=MOST_BYTES)
    except DocumentInvalid as error:
        yield Given(name, 1, "", fault=error)
        return
    lines = [(number, line) for number, line in enumerate(text.split("\n"), start=1) if line.strip()]
    if len(lines) > 1 and _stands_alone(lines[0][1]):
        for number, line in lines:
            yield _read(name, number, line)
    else:
        yield _read(name, 1, text)


def _stands_alone(line: str) -> bool:
    """Tells whether a line is a whole value, so that the next one is another."""
    try:
        read_json(line, most_bytes=LARGEST)
    except DocumentInvalid:
        return False
    return True


def _read(name: str, number: int, text: str) -> Given:
    try:
        return Given(name, number, text, read_json(text, most_bytes=LARGEST))
    except DocumentInvalid as error:
        return Given(name, number, text, fault=error)


def say(given: Given, faults: Iterable[Fault]) -> None:
    """Prints each fault with its place on standard error."""
    faults = tuple(faults)
    root = composed(given.text.encode("utf-8", "replace"))
    for fault in faults:
        line = given.first_line - 1 + (fault.line or line_of(root, fault.path))
        typer.echo(f"{given.where}:{line}: {fault.path}: {fault.sentence}", err=True)
