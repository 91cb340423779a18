"""The degraded mode: what the API leaves out on purpose while something behind it is weak.

The switch is a file, in the cluster a mounted ConfigMap, because it must work when PostgreSQL, Redis and this
API's own routes do not. It holds one word. What cannot be read or understood changes nothing: the last good
word stands.
"""

from __future__ import annotations

import asyncio
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import structlog

if TYPE_CHECKING:
    from pathlib import Path

RELOAD_EVERY_S: Final = 1.0

log = structlog.get_logger(__name__)


class Mode(StrEnum):
    """What is served, from everything to reads alone."""

    NORMAL = "normal"
    FRUGAL = "frugal"
    """Everything but the expensive features: search, bulk and counting."""
    READ_ONLY = "read-only"
    """As frugal, and nothing is written."""


class ModeSwitch:
    """The mode at this moment."""

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self.mode = Mode.NORMAL

    def reload(self) -> None:
        """Reads the file; no file means normal, an unknown word is logged and ignored."""
        if self._file is None:
            return
        try:
            word = self._file.read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            word = Mode.NORMAL
        except (OSError, UnicodeDecodeError) as error:
            log.warning("mode file unreadable", file=str(self._file), error=repr(error))
            return
        if word not in set(Mode):
            log.warning(
                "mode unknown", file=str(self._file), word=word[:40], known=[str(mode) for mode in Mode]
            )
        elif word != self.mode:
            log.warning("mode switched", before=self.mode, after=word)
            self.mode = Mode(word)

    async def watch(self) -> None:
        """Reads the file once a second until cancelled; so small a file does not block the loop."""
        while self._file is not None:
            self.reload()
            await asyncio.sleep(RELOAD_EVERY_S)

    @property
    def writes(self) -> bool:
        """Whether anything may be written."""
        return self.mode is not Mode.READ_ONLY

    @property
    def expensive_features(self) -> bool:
        """Whether search, bulk and counting are served."""
        return self.mode is Mode.NORMAL
