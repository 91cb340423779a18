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


def read_json(
    text: str | bytes, *, what: str = "a document", most_bytes: int = LARGEST_BYTES, examples: str = ""
) -> Any:
    """Reads one JSON value.

    Args:
        text: The text, in UTF-8 when given as bytes.
        what: What it should hold, with its article, such as `a schedule`.
        most_bytes: Bytes that are read at most.
        examples: Where good ones lie; empty for nowhere.

    Raises:
        DocumentInvalid: the text is empty, too large, not UTF-8, not JSON or nested beyond reason.
    """
    decoded = decode(text, what=what, most_bytes=most_bytes)
    if not decoded.strip():
        hint = f"the file is empty; start from one of {examples}"
        raise _refused(hint if examples else "there is nothing to read: the text is empty")
    try:
        return json.loads(decoded, object_pairs_hook=_object, parse_constant=NotANumber)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise _refused(f"not JSON: {error.msg} at {place}", error.lineno) from error
    except RecursionError as error:
        raise _refused(f"lists and objects are nested hundreds of levels deep; {what} needs few") from error
    except ValueError as error:  # a number of more digits than Python reads
        raise _refused("a number has thousands of digits; write a small one") from error


def decode(text: str | bytes, *, what: str = "a document", most_bytes: int = LARGEST_BYTES) -> str:
    """Returns a text of UTF-8, without the mark that some editors put before it.

    Raises:
        DocumentInvalid: it has more bytes than `most_bytes`, or is in another encoding.
    """
    size = len(text) if isinstance(text, bytes) else len(text.encode("utf-8", "surrogatepass"))
    if size > most_bytes:
        raise _refused(f"the file has {size:,} bytes; {what} has at most {most_bytes:,}")
    try:
        decoded = text.decode("utf-8") if isinstance(text, bytes) else text
    except UnicodeDecodeError as error:
        byte = f"byte 0x{error.object[error.start]:02x} at position {error.start}"
        raise _refused(f"{byte} is not UTF-8; save the file as UTF-8") from error
    return decoded.removeprefix("\ufeff")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table = dict(pairs)
    if len(table) == len(pairs):
        return table
    doubled = Doubled(table)
    doubled.keys_twice = tuple(key for key, times in Counter(key for key, _ in pairs).items() if times > 1)
    return doubled


def _refused(sentence: str, line: int | None = None) -> DocumentInvalid:
    return DocumentInvalid((Fault("$", sentence, line),))
