"""What the control table remembers of a target: a lock, notes, holds, and what people were told."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from functions.core import names


class Audience(StrEnum):
    """Who is told: whoever is on duty is woken, the team reads it when it looks."""

    ON_DUTY = "on_duty"
    TEAM = "team"


class Holder(NamedTuple):
    """Who asks for a lock, and for what.

    Attributes:
        execution: ARN of the execution, which owns the lock.
        capability: Name of the capability, such as `night_scaling`.
        action: What it is about to do, in one word of that capability's.
        tell: Who is told when the execution ends without a word of its own.
    """

    execution: str
    capability: str
    action: str
    tell: Audience = Audience.ON_DUTY


class Lock(NamedTuple):
    """Who may change a target, and until when nobody else may."""

    holder: Holder
    leased_until: datetime


class Note(NamedTuple):
    """What a policy keeps between ticks: plain values, and how often they were written."""

    values: Mapping[str, object]
    revision: int


class TargetRecord(NamedTuple):
    """All that the control table remembers about a target.

    Attributes:
        lock: The lock as last taken; None when nobody holds it.
        holds: The holds' items as they were written, their sort keys' prefix removed.
        pages: What people have been told, by notification id: `sentence` and `told_at`.
        notes: What policies keep between ticks, by name.
    """

    lock: Lock | None = None
    holds: tuple[Mapping[str, object], ...] = ()
    pages: Mapping[str, Mapping[str, object]] = MappingProxyType({})
    notes: Mapping[str, Note] = MappingProxyType({})

    def within(self, environment: "TargetRecord") -> "TargetRecord":
        """Returns the record of a fleet's member: holds, settings and shared notes are its environment's."""
        theirs = (names.SHARED_NOTE, names.SETTINGS_NOTE)
        shared = {name: note for name, note in environment.notes.items() if name.startswith(theirs)}
        return self._replace(holds=environment.holds, notes={**self.notes, **shared})

    def note(self, name: str) -> Note:
        """Returns a note; one that was never written is empty and has revision 0."""
        return self.notes.get(name, Note({}, 0))
