"""State machines that wait for an answer by task token."""

from collections.abc import Mapping
from typing import Protocol


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
