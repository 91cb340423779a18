"""The locks of both Regions: ours must be held; the primary's is taken over any holder when it answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from functions.disaster_recovery.policy.requesting import DRILL, DRY_RUN, name_of

if TYPE_CHECKING:
    from functions.disaster_recovery.policy.situation import Situation


class Exclusion(NamedTuple):
    """What the locks allow: ours `held`, `take`, `wait`, `unreachable`; theirs `unfenced` or `left alone`."""

    recovery: str
    primary: str
    sentences: tuple[str, ...]


def exclusion(situation: Situation) -> Exclusion:
    """Returns what is done about both locks."""
    mine = name_of(situation.request)
    sentences = []
    lock = situation.recovery_lock
    over = lock.leased_until is not None and lock.leased_until <= situation.now
    if not lock.answers:
        recovery = "unreachable"
        sentences.append("the recovery Region's own table does not answer: nothing begins without its lock")
    elif lock.held_by == mine and not over:
        recovery = "held"
    elif lock.held_by is None or over:
        recovery = "take"
        sentences.append("the recovery Region's lock is free: it is taken first")
    else:
        recovery = "wait"
        until = f" until {lock.leased_until.isoformat()}" if lock.leased_until else ""
        sentences.append(f"{lock.held_by} holds the recovery Region's lock{until}")
    theirs = situation.primary_lock
    if situation.request.mode in {DRILL, DRY_RUN}:
        sentences.append(f"a {situation.request.mode} leaves the primary's lock to whoever holds it")
        return Exclusion(recovery, "left alone", tuple(sentences))
    if not theirs.answers:
        sentences.append("the primary's table does not answer: unfenced, and a job goes on trying")
        return Exclusion(recovery, "unfenced", tuple(sentences))
    if theirs.held_by == mine:
        return Exclusion(recovery, "held", tuple(sentences))
    if theirs.held_by:
        sentences.append(f"the primary's lock is taken over {theirs.held_by}, which stops at its next step")
    return Exclusion(recovery, "take over", tuple(sentences))
