"""Faults of a document: each names its place and says what to write instead.

All are found at once.
"""

from typing import Final, NamedTuple

from functions.core.errors import PermanentError

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

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        """Keeps the faults, in the order of the document, and says all of them."""
        self.faults = faults
        super().__init__("the document is refused: " + "; ".join(str(fault) for fault in faults))


class Faults:
    """Collects what is wrong while a document is read, so that its author sees everything in one go."""

    def __init__(self) -> None:
        """Begins without any."""
        self._found: list[Fault] = []
        self._left_out = 0

    def add(self, path: str, sentence: str) -> None:
        """Notes one more fault."""
        if len(self._found) < MOST_FAULTS:
            self._found.append(Fault(path, sentence))
        else:
            self._left_out += 1

    def __len__(self) -> int:
        """Counts them all."""
        return len(self._found) + self._left_out

    def refuse_if_any(self) -> None:
        """Ends the reading when something was wrong.

        Raises:
            DocumentInvalid: at least one fault was noted.
        """
        if self._left_out:
            self._found.append(
                Fault("$", f"{self._left_out} more faults are left out; mend the first ones and check again")
            )
        if self._found:
            raise DocumentInvalid(tuple(self._found))


def shown(value: object) -> str:
    """Repeats a value of the document in a sentence, cut where it is long."""
    text = (
        "true" if value is True else "false" if value is False else "null" if value is None else repr(value)
    )
    if isinstance(value, dict | list):
        text = "an object" if isinstance(value, dict) else "a list"
    return text if len(text) <= SHOWN_CHARACTERS else text[:SHOWN_CHARACTERS] + "..."
