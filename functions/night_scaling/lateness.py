"""Was everything ready at the opening? If not, a person has to know before the first user does."""

from datetime import datetime, timedelta

from functions.core.capacity import Snapshot
from functions.night_scaling.schedule.desired import Desired
from functions.night_scaling.schedule.model import ScheduleDocument


def late(
    document: ScheduleDocument,
    answer: Desired,
    snapshot: Snapshot | None,
    *,
    lead: timedelta,
    now: datetime,
) -> str | None:
    """Returns what to tell when the opening has come and the wake is not verified; None when all is well.

    The same opening always gives the same first line, so that it is told once.
    """
    if answer.asleep or snapshot is None or answer.since is None:
        return None
    opening = answer.since + lead
    if now < opening:
        return None
    local = opening.astimezone(document.zone)
    environment = document.environment
    return (
        f"{environment} was to be ready at {local:%Y-%m-%d %H:%M} ({document.zone.key}) and is not.\n"
        f"It is on its way from {snapshot.mode}; its capacity is kept in the control table.\n\n"
        f"What it waits for:\n  toban status {environment}\nTo begin the wake anew:\n"
        f"  toban wake {environment} --again\n"
        "What to look at first: docs/runbooks/night_scaling_not_ready.md"
    )
