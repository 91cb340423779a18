"""The twin's own errors: always about the simulation, never about the code that runs inside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


class TwinFault(Exception):  # noqa: N818 - a fault of the twin is no error of the system that it carries
    """The twin cannot go on truthfully: something in it broke, or was asked for what it cannot do."""


@dataclass(frozen=True)
class TaskError:
    """What left a task or a timer: its name, when, and the exception."""

    name: str
    at: datetime
    error: BaseException

    def __str__(self) -> str:
        return f"{self.name} failed at {self.at.isoformat()}: {type(self.error).__name__}: {self.error}"
