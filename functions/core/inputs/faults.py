"""Faults of an input: each names its place and says what to write instead; all are found at once."""

from typing import Final, NamedTuple

from functions.core.errors import PermanentError

MOST_FAULTS: Final = 50
"""Faults listed in one refusal; junk must not fill a log."""

SHOWN_CHARACTERS: Final = 60
"""Characters of an input's own text that a sentence repeats."""


class Fault(NamedTuple):
    """One thing that is wrong: its JSON path, and what to write instead."""

    path: str
    sentence: str

    def __str__(self) -> str:
        """Reads as `path: sentence`."""
        return f"{self.path}: {self.sentence}"


class InputRefused(PermanentError):  # noqa: N818 - it names what happened, as "not found" does
    """An input is refused; nothing was done with it."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        """Keeps the faults, in the order of the input, and says all of them."""
        self.faults = faults
        super().__init__("; ".join(str(fault) for fault in faults))


class Faults:
    """Collects what is wrong while an input is read."""

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

    def refuse_if_any(self) -> None:
        """Ends the reading when something was wrong.

        Raises:
            InputRefused: at least one fault was noted.
        """
        if self._left_out:
            self._found.append(Fault("$", f"{self._left_out} more faults are left out; mend the first ones"))
        if self._found:
            raise InputRefused(tuple(self._found))


def shown(value: object) -> str:
    """Returns a value of the input as a sentence repeats it, cut where it is long."""
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list"
    words = {True: "true", False: "false", None: "null"}
    text = words[value] if value is None or isinstance(value, bool) else repr(value)
    text = text.encode("utf-8", "backslashreplace").decode("utf-8")
    return text if len(text) <= SHOWN_CHARACTERS else text[:SHOWN_CHARACTERS] + "..."
