"""Toban's own event bus: says what happened to whoever listens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping


class Announcer(Protocol):
    """Puts events on Toban's own bus."""

    def announce(self, capability: str, what: str, detail: Mapping[str, object]) -> None:
        """Puts one event of a capability; `what` becomes its detail type, such as `Run Finished`."""
        ...
