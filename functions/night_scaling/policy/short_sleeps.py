"""Finds the sleeps that never come, because wakes have turned out to take longer than they last.

The opening comes first: a wake that takes an hour leaves nothing of a sleep of an hour. A document's own
lead is held against its windows when it is read; what was learned since is held against them here.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from functions.night_scaling.schedule.desired import desired
from functions.runs.policy.page import Message, minutes, wall_clock

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from functions.night_scaling.schedule.model import Hold, ScheduleDocument

KIND = "night_scaling-short-"
"""Kind of what is told: the beginning of what each is remembered by."""
AHEAD = timedelta(days=8)
"""How far is looked: every weekly window comes within it."""


class ShortSleep(NamedTuple):
    """A sleep that the document asks for, and that never comes.

    Attributes:
        name: Who asks for it, such as `window "lunch"`.
        begins: When the next one would begin.
        reason: Why it would, for a person.
    """

    name: str
    begins: datetime
    reason: str

    def sentence(self, document: ScheduleDocument, lead: timedelta) -> str:
        """Returns what a person is told of it."""
        when = wall_clock(self.begins, document.zone, dated=True)
        return (
            f"{self.name} never sleeps, next on {when}: a wake begins {minutes(lead)} before an opening, "
            "because the last ones took that long, and it lasts no longer. Lengthen it, or take it out."
        )


def short_sleeps(
    document: ScheduleDocument, *, holds: Sequence[Hold] = (), lead: timedelta, now: datetime
) -> tuple[ShortSleep, ...]:
    """Returns the sleeps of the coming days that never come, each of whoever asks for them once.

    Args:
        document: Schedule in force.
        holds: The holds that act.
        lead: How long before an opening a wake begins, as it was learned.
        now: The instant, aware.
    """
    if lead <= document.lead:
        return ()
    found: dict[str, ShortSleep] = {}
    for begins, reason in _sleeps(document, holds, now):
        if not desired(document, holds=tuple(holds), now=begins, lead=lead).asleep:
            name = '"'.join(reason.split('"')[:2]) + '"'
            found.setdefault(name, ShortSleep(name, begins, reason))
    return tuple(found.values())


def _sleeps(
    document: ScheduleDocument, holds: Sequence[Hold], now: datetime
) -> Iterator[tuple[datetime, str]]:
    """Yields when each sleep begins that the document's own lead leaves, and why."""
    at, last = now, now + AHEAD
    while at <= last:
        state = desired(document, holds=tuple(holds), now=at)
        if state.asleep:
            yield (state.since or at), state.reason
        if state.next_change is None:
            return
        at = state.next_change


def told(
    found: Sequence[ShortSleep], document: ScheduleDocument, *, target: str, lead: timedelta
) -> list[Message]:
    """Returns a message for each, told once until it fits again: it costs money alone."""
    return [
        Message(
            key=one.name,
            subject=f"Toban {target}: {one.name} is too short to sleep",
            text=(
                f"{target}: {one.sentence(document, lead)}\n"
                f"How long wakes take:\n  toban status {target}\n"
                "Why they take so long: look at the runs' `did`, and at what the last wakes waited for."
            ),
        )
        for one in found
    ]
