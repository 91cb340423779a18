"""What a source would lose, told in rows and minutes before anybody chooses it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from datetime import datetime

    from functions.disaster_recovery.policy.situation import Situation, VerifiedSnapshot


class Loss(NamedTuple):
    """Minutes of data, and row changes in them; None when the counts are not known."""

    minutes: float
    rows: int | None


def loss_beside(situation: Situation, until: datetime, snapshot: VerifiedSnapshot) -> Loss:
    """Returns what the snapshot loses beside a restore to `until`."""
    minutes = max((until - snapshot.created_at).total_seconds() / 60, 0.0)
    newest = situation.point_in_time.changes if situation.point_in_time else None
    if newest is None or snapshot.changes is None:
        return Loss(round(minutes, 2), None)
    rows = newest - snapshot.changes
    if snapshot.created_at > until:
        return Loss(0.0, 0)
    return Loss(round(minutes, 2), rows if rows >= 0 else None)


def predicted_rpo_minutes(situation: Situation, restore_to: datetime | None) -> float | None:
    """Returns the minutes that would be lost: from the outage, or a rewind's moment, back to the source.

    The last heartbeat bounds it where it is older than the source: nothing later was written.
    """
    request = situation.request
    origin = request.rewind_to or request.outage_declared_at
    if origin is None or restore_to is None:
        return None
    heartbeat = situation.evidence.last_heartbeat
    newest = min(restore_to, heartbeat.written_at) if heartbeat else restore_to
    return round(max((origin - newest).total_seconds() / 60, 0.0), 2)
