"""Which clusters of a fleet a tick looks at: all of them to wake, a share of them at a time to sleep."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from functions.night_scaling.schedule.model import ScheduleDocument
    from functions.night_scaling.schedule.targets import Target

TICK = timedelta(minutes=10)
CAUSE = re.compile(r"[A-Za-z0-9][A-Za-z0-9 _./-]{0,59}")
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


def described(document: ScheduleDocument, *, name: str, own: str) -> dict[str, Any] | None:
    """Returns what the document says that a member consists of; None when it names no such member."""
    for target in members(document, own=own):
        if target.name == name:
            return {
                "cluster": target.cluster,
                "nodegroups": [group.name for group in target.nodegroups],
                "databases": [database.name for database in target.databases],
            }
    return None


def word(cause: object) -> str:
    """Returns what started a run as it is repeated to people; whatever is no plain word or two is unknown."""
    return cause if isinstance(cause, str) and CAUSE.fullmatch(cause) else "unknown"
