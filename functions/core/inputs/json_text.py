"""Reads JSON strictly: one size, one encoding, no key twice, no number that is none."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any, Final

from functions.core.inputs.faults import Fault, InputRefused

LARGEST_BYTES: Final = 16 * 1024 * 1024
"""A thousand snapshots with all that is known of them take one."""


class Doubled(dict[str, Any]):
    """An object in which a key stands more than once."""

    keys_twice: tuple[str, ...] = ()


class NotANumber:
    """Stands where the text says NaN, Infinity or -Infinity, which JSON does not have."""

    def __init__(self, word: str) -> None:
        """Keeps the word that was read."""
        self.word = word

    def __repr__(self) -> str:
        """Reads as in the text."""
        return self.word


def read_json(content: bytes) -> Any:
    """Returns the one JSON value of a text.

    Raises:
        InputRefused: the text is empty, too large, not UTF-8, not JSON or nested beyond reason.
    """
    if len(content) > LARGEST_BYTES:
        raise _refused(f"more than {LARGEST_BYTES:,} bytes, the most that is read")
    try:
        text = content.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        byte = f"byte 0x{error.object[error.start]:02x} at position {error.start}"
        raise _refused(f"{byte} is not UTF-8; save the file as UTF-8") from error
    if not text.strip():
        raise _refused("empty; one JSON object is expected")
    try:
        return json.loads(text, object_pairs_hook=_object, parse_constant=NotANumber)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise _refused(f"not JSON: {error.msg} at {place}") from error
    except RecursionError as error:
        raise _refused("lists and objects are nested hundreds of levels deep") from error
    except ValueError as error:  # a number of more digits than Python reads
        raise _refused("a number has thousands of digits") from error


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table = dict(pairs)
    if len(table) == len(pairs):
        return table
    doubled = Doubled(table)
    doubled.keys_twice = tuple(key for key, times in Counter(key for key, _ in pairs).items() if times > 1)
    return doubled


def _refused(sentence: str) -> InputRefused:
    return InputRefused((Fault("$", sentence),))
