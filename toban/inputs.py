"""Reads the files that people name on the command line: JSON, or YAML by suffix; `-` is standard input."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import typer

from functions.core.inputs.faults import Faults, InputRefused
from functions.core.inputs.json_text import LARGEST_BYTES
from functions.core.inputs.shapes import Instant
from toban.yaml_inputs import yaml_as_json

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_T = TypeVar("_T")


def read_or_exit(path: Path, read: Callable[[bytes], _T]) -> _T:
    """Returns what `read` makes of a file; or prints each fault as `FILE: path: sentence` and exits."""
    try:
        content = _content(path)
        return read(yaml_as_json(content) if path.suffix in {".yaml", ".yml"} else content)
    except OSError as error:
        _refuse(f"{path}: cannot be read: {error.strerror or error}")
    except InputRefused as error:
        _refuse(*(f"{path}: {fault}" for fault in error.faults))


def instant_or_exit(option: str, text: str) -> datetime:
    """Returns an instant with its offset; or says what is wrong with it and exits with 2."""
    faults = Faults()
    found = Instant().read(text, option, faults)
    try:
        faults.refuse_if_any()
    except InputRefused as error:
        _refuse(str(error))
    assert isinstance(found, datetime)  # noqa: S101 - without a fault it is one
    return found


def print_json(value: Any) -> None:
    """Prints plain values as JSON that a person can read."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))


def _content(path: Path) -> bytes:
    """Returns a file's bytes, one more than is read at most: a device has no end."""
    if str(path) == "-":
        return sys.stdin.buffer.read(LARGEST_BYTES + 1)
    with path.open("rb") as file:
        return file.read(LARGEST_BYTES + 1)


def _refuse(*lines: str) -> NoReturn:
    for line in lines:
        typer.echo(line, err=True)
    raise typer.Exit(2)
