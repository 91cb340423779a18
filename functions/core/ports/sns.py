"""A person on duty."""

from __future__ import annotations

from typing import Protocol


class Pager(Protocol):
    """Tells a person what no machine could settle."""

    def page(self, subject: str, message: str) -> None:
        """Sends one message: what is wrong, what was done about it, what to do now."""
        ...
