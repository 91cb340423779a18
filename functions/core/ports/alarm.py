"""An alarm that remembers by itself: the last way to people when Toban cannot remember whom it told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from functions.core.control import Audience


class Alarm(Protocol):
    """Rings once however often it is asked to, and says when it has been quiet for three hours."""

    def untold(self, to: Audience, sentence: str) -> None:
        """Counts something that could not be told by its topic; never raises."""
        ...
