"""One run at a time on a target, whatever the capability: who is at work there, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from functions.core.control import Lock


def at_work(lock: Lock | None, *, execution: str | None, now: datetime) -> str | None:
    """Returns who is at work on a target; None when it is free, or this execution's own.

    Args:
        lock: The lock as last taken; None when nobody holds it. One whose lease has ended excludes nobody.
        execution: ARN of the execution that asks; None when it cannot hold the lock itself.
        now: The instant.
    """
    if lock is None or lock.holder.execution == execution or lock.leased_until <= now:
        return None
    holder = lock.holder
    return (
        f"{holder.capability} is at work ({holder.action}) until {lock.leased_until:%H:%M} UTC at most: "
        f"{holder.execution}"
    )
