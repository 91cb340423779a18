"""Replaced attributes of other people's modules, and the way back."""

from __future__ import annotations

from typing import Any


class Patches:
    """Sets attributes and remembers what they were."""

    def __init__(self) -> None:
        self._undo: list[tuple[Any, str, Any]] = []

    def set(self, owner: Any, name: str, value: Any) -> Any:
        """Replaces `owner`'s attribute and returns what it was.

        Raises:
            AttributeError: It has none of that name; the library has changed.
        """
        # From the class's own dictionary: a staticmethod has to go back as one.
        before = vars(owner)[name] if name in vars(owner) else getattr(owner, name)
        self._undo.append((owner, name, before))
        setattr(owner, name, value)
        return before

    def close(self) -> None:
        """Puts everything back; a second call does nothing."""
        while self._undo:
            owner, name, before = self._undo.pop()
            setattr(owner, name, before)
