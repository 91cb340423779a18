"""Which clusters of a fleet a tick looks at: all of them to wake, a share of them at a time to sleep."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from math import ceil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from functions.night_scaling.schedule.model import ScheduleDocument
    from functions.night_scaling.schedule.targets import Target

TICK = timedelta(minutes=10)
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


def members(document: ScheduleDocument, *, own: str) -> tuple[Target, ...]:
    """Returns the targets of other clusters than the stack's own, which has its own tick."""
    return tuple(target for target in document.targets if target.cluster != own)


def due(found: tuple[Target, ...], *, share_percent: int, now: datetime) -> tuple[Target, ...]:
    """Returns the members that are due: at most the share, never none, each within ceil(100 / share) ticks.

    Nothing is remembered: the number of the tick says whose turn it is, so a lost tick costs its share a
    round.
    """
    turns = min(ceil(100 / share_percent), max(1, len(found)))
    turn = ((now - _EPOCH) // TICK) % turns
    return found[turn::turns]
