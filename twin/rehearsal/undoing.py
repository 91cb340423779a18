"""What mends a fault again."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

Undo: TypeAlias = Callable[[], None]


def in_turn(*steps: Undo) -> Undo:
    """Returns what mends several things, the last one first."""

    def undo() -> None:
        for step in reversed(steps):
            step()

    return undo
