"""State machines that wait for an answer by task token."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping


class TaskTokens(Protocol):
    """Answers a state that waits."""

    def succeed(self, token: str, output: Mapping[str, object]) -> None:
        """Lets the state go on with an output.

        Raises:
            NotFound: Nobody waits any more: the state has timed out, or was answered before.
        """
        ...

    def fail(self, token: str, *, error: str, cause: str) -> None:
        """Lets the state fail, by an error's name and a sentence.

        Raises:
            NotFound: Nobody waits any more.
        """
        ...
