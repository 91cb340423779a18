"""Reads JSON strictly: one size, one encoding, no key twice, no number that is none."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any, Final

from functions.core.reading.faults import DocumentInvalid, Fault

LARGEST_BYTES: Final = 256 * 1024
"""A year of holidays takes 20 KB and a fleet of a thousand clusters 170; a DynamoDB item takes 400 at
most."""


class Doubled(dict[str, Any]):
    """An object of the text in which a key stands more than once."""

    keys_twice: tuple[str, ...] = ()


class NotANumber:
    """Stands where the text says NaN, Infinity or -Infinity, which JSON does not have."""

    def __init__(self, word: str) -> None:
        """Keeps the word that was read."""
        self.word = word

    def __repr__(self) -> str:
        """Reads as in the text."""
        return self.word


def read_json(text: str | bytes, *, what: str, examples: str) -> Any:
    """Reads one JSON value.

    Args:
        text: The text, in UTF-8 when given as bytes.
        what: What it should hold, with its article, such as `a schedule`.
        examples: Where good ones lie.

    Raises:
        DocumentInvalid: the text is empty, too large, not UTF-8, not JSON or nested beyond reason.
    """
    decoded = _decoded(text, what)
    if not decoded.strip():
        raise _refused(f"the file is empty; start from one of {examples}")
    try:
        return json.loads(decoded, object_pairs_hook=_object, parse_constant=NotANumber)
    except json.JSONDecodeError as error:
        raise _refused(
            f"not JSON: {error.msg} at line {error.lineno}, column {error.colno}", error.lineno
        ) from error
    except RecursionError as error:
        raise _refused(f"lists and objects are nested hundreds of levels deep; {what} needs five") from error
    except ValueError as error:  # a number of more digits than Python reads
        raise _refused("a number has thousands of digits; write a small whole number") from error


def _decoded(text: str | bytes, what: str) -> str:
    size = len(text) if isinstance(text, bytes) else len(text.encode("utf-8", "surrogatepass"))
    if size > LARGEST_BYTES:
        raise _refused(f"the file has {size:,} bytes; {what} has at most {LARGEST_BYTES:,}")
    if isinstance(text, bytes):
        try:
            text = text.decode("utf-8")
        except UnicodeDecodeError as error:
            byte = f"byte 0x{error.object[error.start]:02x} at position {error.start}"
            raise _refused(f"{byte} is not UTF-8; save the file as UTF-8") from error
    return text.removeprefix("\ufeff")  # the mark that some editors put before UTF-8


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table = dict(pairs)
    if len(table) == len(pairs):
        return table
    doubled = Doubled(table)
    doubled.keys_twice = tuple(key for key, times in Counter(key for key, _ in pairs).items() if times > 1)
    return doubled


def _refused(sentence: str, line: int | None = None) -> DocumentInvalid:
    return DocumentInvalid((Fault("$", sentence, line),))
