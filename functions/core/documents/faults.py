"""Faults of a document: each names its place and says what to write instead; all are found at once."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Final, NamedTuple

from functions.core.errors import PermanentError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

MOST_FAULTS: Final = 50
"""Faults listed in one refusal: enough to begin mending, and junk must not fill a log."""
SHOWN_CHARACTERS: Final = 60
"""Characters of a document's own text that a sentence repeats."""


class Fault(NamedTuple):
    """One thing that is wrong: the JSON path of the place (`$` is all of it), and what to write instead."""

    path: str
    sentence: str
    line: int | None = None

    def __str__(self) -> str:
        """Reads as `path: sentence`."""
        return f"{self.path}: {self.sentence}"


class DocumentInvalid(PermanentError):  # noqa: N818 - it names the state of the document
    """A document is refused; its `faults` stand in the order of the document."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        """Keeps the first `MOST_FAULTS` and says how many are left out."""
        found = tuple(faults)
        left_out = len(found) - MOST_FAULTS
        if left_out > 0:
            more = f"{left_out} more faults are left out; mend the first ones and check again"
            found = (*found[:MOST_FAULTS], Fault("$", more))
        self.faults = found
        super().__init__("; ".join(map(str, found)))


def shown(value: object) -> str:
    """Repeats a value of the document in a sentence, cut where it is long."""
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list"
    if isinstance(value, bool):
        return "true" if value else "false"
    text = "null" if value is None else repr(value)
    return text if len(text) <= SHOWN_CHARACTERS else text[:SHOWN_CHARACTERS] + "..."


def listed(words: Collection[object]) -> str:
    """Lists words as a person would: "a", "b" or "c"."""
    quoted = [f'"{word}"' for word in words]
    return quoted[0] if len(quoted) == 1 else " or ".join([", ".join(quoted[:-1]), *quoted[-1:]])


def meant(word: object, known: Collection[str]) -> str:
    """Says which known word was probably meant, or which there are."""
    close = get_close_matches(str(word)[:SHOWN_CHARACTERS], [*known], n=1, cutoff=0.6)
    return f'did you mean "{close[0]}"?' if close else f"use {listed(known)}" if known else "there is none"
