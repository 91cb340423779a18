"""Task tokens in memory: each is answered once."""

from collections.abc import Mapping

from functions.core.errors import NotFound


class FakeTaskTokens:
    """Keeps the answers."""

    def __init__(self, *waiting: str) -> None:
        self.waiting = set(waiting)
        self.succeeded: dict[str, Mapping[str, object]] = {}
        self.failed: dict[str, tuple[str, str]] = {}

    def succeed(self, token: str, output: Mapping[str, object]) -> None:
        self._answer(token)
        self.succeeded[token] = output

    def fail(self, token: str, *, error: str, cause: str) -> None:
        self._answer(token)
        self.failed[token] = (error, cause)

    def _answer(self, token: str) -> None:
        if token not in self.waiting:
            raise NotFound("TaskTimedOut: nobody waits any more.")
        self.waiting.remove(token)
