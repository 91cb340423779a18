"""What Toban remembers between two ticks: one Query to read it, one conditional write for each change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, timedelta

    from functions.core.control import Holder, Lock, TargetRecord


class Memory(Protocol):
    """All that is remembered of a target, read at once and strongly consistent."""

    def recall(self, target: str) -> TargetRecord:
        """Returns all that a tick has to know."""
        ...


class Locks(Protocol):
    """One lock per target, shared by all capabilities; the writer compares the lease, no TTL does."""

    def take(self, target: str, *, holder: Holder, lease: timedelta, now: datetime) -> Lock | None:
        """Takes the lock, or takes it again for its execution.

        Returns:
            None when another's lease has not ended, or when the execution has been expelled.
        """
        ...

    def renew(self, target: str, *, execution: str, lease: timedelta, now: datetime) -> None:
        """Lengthens the execution's lease.

        Raises:
            SafetyRefusal: The lock is another's or nobody's.
        """
        ...

    def release(self, target: str, *, execution: str) -> None:
        """Gives the lock back; one that is not the execution's is left alone."""
        ...

    def expel(self, target: str, *, execution: str) -> None:
        """Takes the lock from an execution that has ended, and refuses it to that execution from then on.

        A function that the execution had called may still be running, and come to take the lock only now.
        """
        ...


class Runs(Protocol):
    """The append-only record of what Toban did and why."""

    def record_run(
        self, target: str, run: Mapping[str, object], *, started_at: datetime, execution: str
    ) -> bool:
        """Appends a run; False when this execution has already recorded it, which then stays untouched."""
        ...


class Pages(Protocol):
    """What people have been told of, so that each thing is told once."""

    def remember_page(self, target: str, notification: str, *, sentence: str, now: datetime) -> bool:
        """Claims that something is told now.

        Returns:
            False when it was told. True when nobody has told it, or when whoever wanted to never came back to
            say so: then once more, so that a crash tells twice rather than never, and never more often.
        """
        ...

    def confirm_page(self, target: str, notification: str) -> None:
        """Remembers that what was claimed has been told."""
        ...

    def repeat_page(self, target: str, notification: str, *, now: datetime) -> None:
        """Remembers when a thing that was told has happened again; one that is forgotten stays so."""
        ...

    def forget_page(self, target: str, notification: str) -> bool:
        """Forgets a thing that is over, so that it is told again when it comes back; False if it was gone."""
        ...


class Notes(Protocol):
    """What policies keep between ticks; each is written whole, over the revision that was read."""

    def write_note(self, target: str, name: str, values: Mapping[str, object], *, over: int) -> bool:
        """Writes a note; False when somebody has written it since revision `over`: then it stays as it is.

        The same values over the same revision once more are no change: True, so that a lost answer can be
        asked again.

        Args:
            target: Target.
            name: Name of the note.
            values: Text, whole numbers, truth values, lists and mappings of them; None for what is not there.
            over: Revision that was read; 0 when there was none.
        """
        ...

    def delete_note(self, target: str, name: str, *, over: int) -> bool:
        """Deletes a note; False when somebody has written it since revision `over`.

        One that is gone stays gone.
        """
        ...


class ControlMemory(Memory, Locks, Runs, Pages, Notes, Protocol):
    """All of the control table that a run reaches; a function asks for the part that it needs."""
