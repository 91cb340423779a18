"""Reads the text of a filter pattern piece by piece, and names the place where it is not understood."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import re


class FilterError(ValueError):
    """A filter pattern that CloudWatch Logs refuses; its text says what is wrong and what to write."""


class Scanner:
    """A place in the text of a pattern, which only moves forward."""

    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0

    def skip_spaces(self) -> None:
        """Moves past white space."""
        while self.at < len(self.text) and self.text[self.at].isspace():
            self.at += 1

    @property
    def done(self) -> bool:
        """Returns whether nothing but white space is left."""
        self.skip_spaces()
        return self.at >= len(self.text)

    def take(self, word: str) -> bool:
        """Moves past a word or a sign if it stands here, and returns whether it did."""
        self.skip_spaces()
        if self.text.startswith(word, self.at):
            self.at += len(word)
            return True
        return False

    def match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """Moves past what a regular expression matches here; returns None, and stays, where it does not."""
        self.skip_spaces()
        found = pattern.match(self.text, self.at)
        if found:
            self.at = found.end()
        return found

    def fail(self, wanted: str) -> FilterError:
        """Returns the error that says what was wanted at this place."""
        here = self.text[self.at : self.at + 30].strip()
        where = f"at {here!r}" if here else "at its end"
        return FilterError(f"the filter pattern {self.text!r} is not understood {where}: {wanted}")
