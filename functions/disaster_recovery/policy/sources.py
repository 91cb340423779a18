"""What the database is restored from: data go before time, unless the RTO breaks and a person chooses."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from functions.disaster_recovery.policy.losses import Loss, loss_beside, predicted_rpo_minutes
from functions.disaster_recovery.policy.requesting import DRILL, REWIND
from functions.disaster_recovery.policy.steps import POINT_IN_TIME, SNAPSHOT

if TYPE_CHECKING:
    from datetime import datetime

    from functions.disaster_recovery.policy.forecast import Forecast
    from functions.disaster_recovery.policy.situation import Choice, Situation, VerifiedSnapshot


class Source(NamedTuple):
    """What is used, and what a person may decide.

    Attributes:
        use: `point-in-time`, `snapshot` or `none`.
        why: In a sentence.
        side_by_side: What is restored at once, so that a choice costs no time.
        snapshot: The newest verified snapshot; None when there is none.
        restore_to: The moment that the data come from; None without a source.
        a_person_may_choose: Whether the forecast breaks the RTO, the snapshot would be sooner, and nobody has
            chosen yet.
        loses: What the snapshot would lose beside the point in time.
        rpo_minutes: Predicted; None where nothing tells.
        by_choice: Whether a person chose it over newer data.
    """

    use: str
    why: str
    side_by_side: tuple[str, ...]
    snapshot: str | None
    restore_to: datetime | None
    a_person_may_choose: bool
    loses: Loss | None
    rpo_minutes: float | None
    by_choice: bool = False


def choose(situation: Situation, by_time: Forecast, by_snapshot: Forecast) -> Source:
    """Returns what to restore from, with the live forecasts of both ways."""
    snapshot = newest_verified(situation)
    until = point_in_time(situation)
    there = [name for name, at in (("point-in-time", until), ("snapshot", snapshot)) if at]
    sooner = snapshot is not None and by_snapshot.green_minutes < by_time.green_minutes
    breaks = by_time.breach_minutes > 0
    older = until is not None and snapshot is not None and snapshot.created_at <= until
    may = older and breaks and sooner
    use, why = _decided(situation, until, snapshot, may=may)
    at = {"point-in-time": until, "snapshot": snapshot.created_at if snapshot else None}.get(use)
    return Source(
        use,
        why,
        tuple(there),
        snapshot.id if snapshot else None,
        at,
        may and counted_choice(situation) is None,
        loss_beside(situation, until, snapshot) if until and snapshot else None,
        predicted_rpo_minutes(situation, at),
        by_choice=use == "snapshot" and may,
    )


def counted_choice(situation: Situation) -> Choice | None:
    """Returns a person's choice; one before the request counts as none: nothing had been told then."""
    choice = situation.choice
    return choice if choice and choice.at >= situation.request.asked_at else None


def newest_verified(situation: Situation) -> VerifiedSnapshot | None:
    """Returns the newest snapshot that a restore has proved; in a rewind, of those made before its moment."""
    ceiling = situation.request.rewind_to or situation.now
    good = (
        each
        for each in situation.snapshots
        if each.verdict == "PASS" and each.state == "available" and each.created_at <= ceiling
    )
    return None if _failed(situation, SNAPSHOT) else max(good, key=lambda each: each.created_at, default=None)


def point_in_time(situation: Situation) -> datetime | None:
    """Returns the moment that a point-in-time restore goes to; None when it cannot be used."""
    found = situation.point_in_time
    if found is None or _failed(situation, POINT_IN_TIME):
        return None
    wanted = situation.request.rewind_to
    if situation.request.mode != REWIND or wanted is None:
        return found.until
    return min(wanted, found.until) if found.begin <= wanted else None


def _decided(
    situation: Situation, until: datetime | None, snapshot: VerifiedSnapshot | None, *, may: bool
) -> tuple[str, str]:
    choice = counted_choice(situation)
    if until is None and snapshot is None:
        return "none", "no point in time can be restored, and no snapshot is verified"
    if until is None:
        return "snapshot", "no point in time can be restored: the newest verified snapshot is used"
    if snapshot and snapshot.created_at > until:
        return "snapshot", "data go before time: the newest verified snapshot is newer than the point in time"
    if choice is None or choice.source == "point-in-time" or situation.request.mode == DRILL:
        return "point-in-time", "data go before time"
    if snapshot is None or not may:
        why = "none is verified" if snapshot is None else "the forecast keeps the RTO, or it is no sooner"
        return "point-in-time", f"{choice.who} chose the snapshot, but {why}"
    return "snapshot", f"the forecast breaks the RTO, and {choice.who} chose the snapshot: {choice.reason}"


def _failed(situation: Situation, step: str) -> bool:
    return any(each.name == step and each.failed for each in situation.progress)
