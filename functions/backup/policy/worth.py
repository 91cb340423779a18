"""What a snapshot is worth: whether one could restore from it, and whether that has been seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import datetime

    from functions.backup.policy.inventory import Snapshot

AVAILABLE: Final = "available"
FAILED: Final = ("failed", "error", "incompatible-restore", "incompatible-parameters")
SETTLED: Final = (AVAILABLE, "completed", *FAILED)
"""States that do not change by themselves; every other one passes. `completed` is a disk's."""


def is_proved_bad(snapshot: Snapshot) -> bool:
    """Tells whether a restore from it failed, or its making did: nothing can be restored from it."""
    return snapshot.verdict == "FAIL" or snapshot.state in FAILED


def is_usable(snapshot: Snapshot, *, now: datetime) -> bool:
    """Tells whether one could restore from it as far as is known. One from the future is not counted on."""
    return snapshot.state == AVAILABLE and not is_proved_bad(snapshot) and snapshot.created_at <= now


def is_verified(snapshot: Snapshot, *, now: datetime) -> bool:
    """Tells whether a restore from it was proved by its data."""
    return is_usable(snapshot, now=now) and snapshot.verdict == "PASS"


def passes(snapshot: Snapshot) -> bool:
    """Tells whether its state ends by itself, as `creating` does."""
    return snapshot.state not in SETTLED
