"""One run at a time on a target, whatever the capability: who is at work there, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.runs.policy.page import wall_clock

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from functions.core.control import Lock


def at_work(lock: Lock | None, *, execution: str | None, now: datetime, zone: ZoneInfo) -> str | None:
    """Returns who is at work on a target; None when it is free, or this execution's own.

    Args:
        lock: The lock as last taken; None when nobody holds it. One whose lease has ended excludes nobody.
        execution: ARN of the execution that asks; None when it cannot hold the lock itself.
        now: The instant.
        zone: The zone that people read times in.
    """
    if lock is None or lock.holder.execution == execution or lock.leased_until <= now:
        return None
    holder = lock.holder
    until = wall_clock(lock.leased_until, zone)
    return f"{holder.capability} is at work ({holder.action}) until {until} at most: {holder.execution}"
