"""Faults of a document: each names its place and says what to write instead.

All are found at once.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from functions.core.errors import PermanentError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

MOST_FAULTS: Final = 50
"""Faults listed in one refusal; a page of them is enough to start mending, and junk must not fill a log."""

SHOWN_CHARACTERS: Final = 60
"""Characters of a document's own text that a sentence repeats."""


class Fault(NamedTuple):
    """One thing that is wrong with a document.

    Attributes:
        path: JSON path of the place, such as `$.windows[0].begin`; `$` is the whole document.
        sentence: What is wrong and what to write instead.
        line: Line of the text, from 1, when the reader of JSON told it; None when only the path is known.
    """

    path: str
    sentence: str
    line: int | None = None

    def __str__(self) -> str:
        """Reads as `path: sentence`."""
        return f"{self.path}: {self.sentence}"


class DocumentInvalid(PermanentError):  # noqa: N818 - it names the state of the document, as "not found" does
    """A document is refused; what was in force stays in force."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        """Keeps the first `MOST_FAULTS` faults, in the order of the document, and says them."""
        found = tuple(faults)
        left_out = len(found) - MOST_FAULTS
        if left_out > 0:
            more = f"{left_out} more faults are left out; mend the first ones and check again"
            found = (*found[:MOST_FAULTS], Fault("$", more))
        self.faults = found
        super().__init__("the document is refused: " + "; ".join(map(str, found)))


class Faults:
    """Collects what is wrong while a document is read, so that its author sees everything in one go."""

    def __init__(self) -> None:
        """Begins without any."""
        self._found: list[Fault] = []

    def add(self, path: str, sentence: str) -> None:
        """Notes one more fault."""
        self._found.append(Fault(path, sentence))

    def __len__(self) -> int:
        """Counts them all."""
        return len(self._found)

    def refuse_if_any(self) -> None:
        """Ends the reading when something was wrong.

        Raises:
            DocumentInvalid: at least one fault was noted.
        """
        if self._found:
            raise DocumentInvalid(self._found)


def shown(value: object) -> str:
    """Repeats a value of the document in a sentence, cut where it is long."""
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list"
    text = (
        "true" if value is True else "false" if value is False else "null" if value is None else repr(value)
    )
    text = text.encode("utf-8", "backslashreplace").decode("utf-8")
    return text if len(text) <= SHOWN_CHARACTERS else text[:SHOWN_CHARACTERS] + "..."


def member(path: str, key: str) -> str:
    """Returns the path of an object's member."""
    return f"{path}.{key}" if re.fullmatch(r"\w{1,60}", key, re.ASCII) else f"{path}[{shown(key)}]"


def listed(words: Collection[object]) -> str:
    """Lists words as a person would: "a", "b" or "c"."""
    quoted = [f'"{word}"' for word in words]
    if not quoted:
        return "nothing"
    return quoted[0] if len(quoted) == 1 else ", ".join(quoted[:-1]) + " or " + quoted[-1]


def meant(word: object, known: Collection[str]) -> str:
    """Says which known word was probably meant, or which there are."""
    from difflib import get_close_matches  # noqa: PLC0415 - only a refused document pays for this import

    close = get_close_matches(str(word)[:SHOWN_CHARACTERS], [*known], n=1, cutoff=0.6)
    return f'did you mean "{close[0]}"?' if close else f"use {listed(known)}"
