"""Answers each value of a file by one function, an object a line; a wrong one is said, and passed over."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import typer

from functions.core.reading.faults import DocumentInvalid
from toban.remedies.reading import say, values

if TYPE_CHECKING:
    from collections.abc import Callable

    from toban.remedies.reading import Given


def answer_all(path: str, answer: Callable[[Any], dict[str, Any]]) -> None:
    """Prints an answer for each value; ends with 2 when one of them was wrong."""
    wrong = False
    for given in values(path):
        wrong |= not _answered(given, answer)
    if wrong:
        raise typer.Exit(2)


def read_all(path: str, read: Callable[[Any], Any]) -> list[Any]:
    """Returns every value as it was read; ends with 2 when one of them is wrong."""
    found, wrong = [], False
    for given in values(path):
        try:
            found.append(read(_value(given)))
        except DocumentInvalid as error:
            say(given, error.faults)
            wrong = True
    if wrong:
        raise typer.Exit(2)
    return found


def _answered(given: Given, answer: Callable[[Any], dict[str, Any]]) -> bool:
    try:
        said = answer(_value(given))
    except DocumentInvalid as error:
        say(given, error.faults)
        return False
    typer.echo(json.dumps(said, ensure_ascii=False))
    return True


def _value(given: Given) -> Any:
    if given.fault is not None:
        raise given.fault
    return given.value
