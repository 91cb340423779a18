"""What a schedule asks for at an instant: `desired(document, holds=..., now=...)`, a pure function.

It is level-triggered: it asks what holds now, never what happened since the last time, so a tick that is
late, doubled or lost changes nothing for the next one. It is meant to be evaluated once per document and
tick, and fanned out.
"""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from functions.night_scaling.schedule.model import AWAKE, Hold, Layers, ScheduleDocument
from functions.night_scaling.schedule.timeline import Timeline

MOST_KEPT: Final = 64
"""Combinations of holds and lead whose answers are kept per document; old ones are worked out again."""


class Desired(NamedTuple):
    """What holds at an instant, why, and what comes next.

    Attributes:
        mode: "awake" or a sleeping mode's name.
        reason: One sentence for a person: which window, calendar, freeze or hold decides.
        since: First instant of this mode, UTC, as far as the document and the holds tell; None when it was
            always so.
        next_change: First instant, UTC, at which the mode will differ, given what is known; None when it
            never will.
        next_mode: The mode that holds then; None when `next_change` is.
        layers: What the mode asks of each layer.
        ready_by: Instant, UTC, by which a wake that runs now has to be finished; None when no wake runs
            ahead.
        notice_at: Instant, UTC, from which people are told of the coming sleep; None when no sleep comes
            next.
        notice_due: Whether that instant has come.
        hold: Identifier of the hold that decides; None when the document does.
    """

    mode: str
    reason: str
    since: datetime | None
    next_change: datetime | None
    next_mode: str | None
    layers: Layers
    ready_by: datetime | None
    notice_at: datetime | None
    notice_due: bool
    hold: str | None

    @property
    def asleep(self) -> bool:
        """Tells whether a sleeping mode holds."""
        return self.mode != AWAKE


class Answers:
    """The answers of one course, each worked out once: every instant of a stretch has the same one."""

    def __init__(self, document: ScheduleDocument, timeline: Timeline) -> None:
        """Begins without any."""
        self._document = document
        self._timeline = timeline
        self._begins: list[datetime] = []
        self._ends: list[datetime] = []
        self._known: list[Desired] = []

    def at(self, now: datetime) -> Desired:
        """Answers for an instant, which must be in UTC."""
        place = bisect_right(self._begins, now)
        if place and now < self._ends[place - 1]:
            return self._known[place - 1]
        begin, end, answer = self._work_out(now)
        self._begins.insert(place, begin)
        self._ends.insert(place, end)
        self._known.insert(place, answer)
        return answer

    def _work_out(self, now: datetime) -> tuple[datetime, datetime, Desired]:
        ahead = self._timeline.pieces_from(now)
        piece = next(ahead)
        change = next((later for later in ahead if later.mode != piece.mode), None)
        begin, end = piece.begin, piece.end
        notice_at = None
        if change and piece.mode == AWAKE:
            notice_at = change.begin - self._document.notice
            begin, end = (max(begin, notice_at), end) if notice_at <= now else (begin, min(end, notice_at))
        answer = Desired(
            mode=piece.mode,
            reason=piece.why,
            since=self._since(now, piece.mode),
            next_change=change.begin if change else None,
            next_mode=change.mode if change else None,
            layers=self._document.layers[piece.mode],
            ready_by=piece.ready_by,
            notice_at=notice_at,
            notice_due=notice_at is not None and notice_at <= now,
            hold=piece.hold,
        )
        return begin, end, answer

    def _since(self, now: datetime, mode: str) -> datetime | None:
        since = now
        for earlier in self._timeline.pieces_back_from(now):
            if earlier.mode != mode:
                return since
            since = earlier.begin
        return None


def desired(
    document: ScheduleDocument, *, holds: Sequence[Hold] = (), now: datetime, lead: timedelta | None = None
) -> Desired:
    """Decides what holds at `now`.

    Args:
        document: The schedule.
        holds: The holds that concern what is asked about; ones that are over change nothing.
        now: The instant, aware, in any zone.
        lead: How long before the end of a sleep the wake begins; None is the document's own figure. Pass what
            past wakes have taught, when they have.

    Raises:
        ValueError: `now` has no zone.
    """
    if now.tzinfo is None:
        raise ValueError("`now` must be aware: an instant without a zone could be any of 38")
    key = None if lead is None and not holds else (tuple(holds), lead)
    answers: Answers | None = document.worked_out.get(key)
    if answers is None:
        answers = Answers(
            document, Timeline(document, lead=document.lead if lead is None else lead, holds=holds)
        )
        if len(document.worked_out) > MOST_KEPT:
            document.worked_out.clear()
        document.worked_out[key] = answers
    return answers.at(now if now.tzinfo is UTC else now.astimezone(UTC))
