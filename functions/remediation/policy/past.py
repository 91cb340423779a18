"""What was done for services before: runs, the run at work, the circuit, storms, changes to be undone."""

from datetime import datetime
from typing import NamedTuple

from functions.remediation.policy.plan import Change


class Run(NamedTuple):
    """A run that began; `outcome` is None while it is at work.

    Attributes:
        id: Unique.
        service: Whose.
        began: When it passed its gates.
        ended: When it ended.
        outcome: effective, ineffective, harmful, inconclusive, waited, shadow or undone.
        changes: Mutating rungs that it took.
        ladder: The ladder that it was on; None when it is not known.
        rungs: All rungs that it took, in order.
    """

    id: str
    service: str
    began: datetime
    ended: datetime | None = None
    outcome: str | None = None
    changes: int = 1
    ladder: str | None = None
    rungs: tuple[str, ...] = ()


class RunAtWork(NamedTuple):
    """The run of this service that is not over.

    Attributes:
        id: Unique.
        ladder: The ladder that it is on.
        alarm: The alarm that began it.
        phase: deciding, asking, settling or holding.
        since: When the phase began; None where that is not known, and it does not end by itself.
        judgement: What was measured comes to, while it settles; None before anything was.
        made: What it has changed, in order.
        changes: Mutating rungs that it took.
        tried: Rungs that it took.
        handed_on: Ladders that said "not mine".
        answer: Of whoever was asked: waiting, approved, denied or expired; None when nobody was.
        asked_for: The rung that was asked for.
    """

    id: str
    ladder: str
    alarm: str
    phase: str = "deciding"
    since: datetime | None = None
    judgement: str | None = None
    made: tuple[Change, ...] = ()
    changes: int = 0
    tried: tuple[str, ...] = ()
    handed_on: tuple[str, ...] = ()
    answer: str | None = None
    asked_for: str | None = None


class Raised(NamedTuple):
    """A change that waits for its undo: what, where, from, to, since when, and since when all is green."""

    id: str
    rung: str
    object: str
    path: str
    before: int | str | bool
    after: int | str | bool
    present: int | str | bool
    changed_at: datetime
    green_since: datetime | None = None
    looked_at: datetime | None = None


class History(NamedTuple):
    """All of it, as far as decisions look back: a day, and the circuit until a person resets it."""

    runs: tuple[Run, ...] = ()
    at_work: RunAtWork | None = None
    circuit_reset: datetime | None = None
    storm_last_alarm: datetime | None = None
    replicas_rose_at: datetime | None = None
    demoted: tuple[str, ...] = ()
    raised: tuple[Raised, ...] = ()
