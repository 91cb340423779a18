"""Reads the files that people name on the command line: JSON, or YAML by suffix; `-` is standard input."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import typer

from functions.core.reading import records
from functions.core.reading.faults import DocumentInvalid, Faults
from functions.core.reading.shapes import Instant
from toban.documents import read_source

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_T = TypeVar("_T")


def read_or_exit(path: Path, read: Callable[[bytes], _T]) -> _T:
    """Returns what `read` makes of a file; or prints each fault as `FILE: path: sentence` and exits."""
    try:
        source = read_source(path, most_bytes=records.LARGEST_BYTES)
        return read(
            source.content if str(path) == "-" else source.json()
        )  # YAML is known by its suffix alone
    except DocumentInvalid as error:
        _refuse(*(f"{path}: {fault}" for fault in error.faults))


def instant_or_exit(option: str, text: str) -> datetime:
    """Returns an instant with its offset; or says what is wrong with it and exits with 2."""
    faults = Faults()
    found = Instant().read(text, option, faults)
    try:
        faults.refuse_if_any()
    except DocumentInvalid as error:
        _refuse(str(error))
    assert isinstance(found, datetime)  # noqa: S101 - without a fault it is one
    return found


def print_json(value: Any) -> None:
    """Prints plain values as JSON that a person can read."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))


def _refuse(*lines: str) -> NoReturn:
    for line in lines:
        typer.echo(line, err=True)
    raise typer.Exit(2)
