"""What Toban remembers between two ticks: one Query to read it, one conditional write for each change."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Protocol

from functions.core.capacity import Layers, Lock, Phase, Snapshot, TargetRecord


class Memory(Protocol):
    """All that is remembered of a target, read at once and strongly consistent."""

    def recall(self, target: str) -> TargetRecord:
        """Returns all that a tick has to know."""
        ...


class Locks(Protocol):
    """One lock per target, shared by all capabilities; the writer compares the lease, no TTL does."""

    def take(self, target: str, *, owner: str, lease: timedelta, now: datetime) -> Lock | None:
        """Takes the lock, or takes it again for its owner; None when another's lease has not ended."""
        ...

    def renew(self, target: str, *, owner: str, lease: timedelta, now: datetime) -> None:
        """Lengthens the owner's lease.

        Raises:
            SafetyRefusal: The lock is another's or nobody's.
        """
        ...

    def release(self, target: str, *, owner: str) -> None:
        """Gives the lock back and keeps its counter; a lock that is not the owner's is left alone."""
        ...


class Snapshots(Protocol):
    """One capacity snapshot per target: written once, never overwritten while asleep."""

    def keep(self, target: str, snapshot: Snapshot) -> bool:
        """Writes the snapshot if there is none; False when there was one, which then stays untouched."""
        ...

    def settle(self, target: str, snapshot: Snapshot) -> None:
        """Writes what became of the snapshot: its phase, or capacity that a person changed meanwhile.

        Raises:
            SafetyRefusal: There is no snapshot to settle.
        """
        ...

    def mark(self, target: str, *, mode: str, layers: Layers, phase: Phase) -> None:
        """Says how far the environment has come, and forgets earlier failures; the saved capacity stays.

        Raises:
            SafetyRefusal: There is no snapshot to mark.
        """
        ...

    def postpone(self, target: str, *, attempts: int, retry_at: datetime) -> None:
        """Says that an attempt was given up and when the next may begin; does nothing without a snapshot."""
        ...

    def forget(self, target: str) -> None:
        """Deletes the snapshot: the environment is as it was."""
        ...


class Runs(Protocol):
    """The append-only record of what Toban did and why."""

    def record(self, target: str, run: Mapping[str, object], *, started_at: datetime, execution: str) -> bool:
        """Appends a run; False when this execution has already recorded it, which then stays untouched."""
        ...


class Pages(Protocol):
    """Which faults a person has been told of, so that a tick tells each fault once."""

    def remember(self, target: str, fingerprint: str, *, sentence: str, now: datetime) -> bool:
        """Remembers a fault; False when it was already remembered."""
        ...

    def forget_page(self, target: str, fingerprint: str) -> None:
        """Forgets a fault that is over, so that it is told again when it comes back."""
        ...


class Schedules(Protocol):
    """The last schedule document that could be followed."""

    def keep_last_good(self, target: str, text: str) -> None:
        """Remembers a document that was just found to be good."""
        ...


class Holds(Protocol):
    """What people place: holds and schedule documents. Only the command line writes them."""

    def place_hold(self, target: str, hold_id: str, values: Mapping[str, object], *, now: datetime) -> bool:
        """Writes a hold; False when one of this id has not expired, which then stays untouched."""
        ...

    def remove_hold(self, target: str, hold_id: str) -> bool:
        """Deletes a hold; False when there was none."""
        ...

    def apply_schedule(self, target: str, text: str) -> None:
        """Puts a schedule document in force."""
        ...


class Notes(Protocol):
    """What policies keep between ticks; each is written whole, over the revision that was read."""

    def write_note(self, target: str, name: str, values: Mapping[str, object], *, over: int) -> bool:
        """Writes a note; False when somebody has written it since revision `over`, which then stays untouched.

        Args:
            target: Target.
            name: Name of the note.
            values: Text, whole numbers, lists and mappings of them.
            over: Revision that was read; 0 when there was none.
        """
        ...


class ControlMemory(Memory, Locks, Snapshots, Runs, Pages, Schedules, Notes, Protocol):
    """All of the control table, for the composition root; a function asks for the part that it needs."""
