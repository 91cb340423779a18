"""What a run that was given up means for people: who is hurt, what comes next, and how to stop it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.core.control import Audience
from functions.night_scaling.schedule.model import AWAKE
from functions.runs.policy.page import UTC, Outlook, minutes, pause_of, wall_clock

if TYPE_CHECKING:
    from datetime import datetime

    from functions.night_scaling.policy.snapshot import Snapshot
    from functions.night_scaling.schedule.desired import Desired
    from functions.night_scaling.schedule.model import ScheduleDocument

GIVEN_UP = "night_scaling_given_up"
"""The runbook, by its file name."""


def outlook_of_sleep(
    document: ScheduleDocument | None, *, target: str, retry_at: datetime | None, now: datetime
) -> Outlook:
    """Returns what a sleep that was given up means: nobody is hurt, and it costs money.

    Args:
        document: Schedule in force, whose zone the times are told in; None for none.
        target: Which environment, or member of its fleet.
        retry_at: When it is tried again; None for the next tick.
        now: The instant.
    """
    again = "at the next tick, within ten minutes"
    if retry_at is not None:
        when = wall_clock(retry_at, document.zone if document else UTC)
        again = f"at {when}, in {minutes(retry_at - now)}"
    return Outlook(
        who=f"nobody. {target} runs on as far as it had not come down, and costs more than planned.",
        next=f"it is tried again {again}; the capacity to come back to is kept.",
        stop=f'toban hold add {target.partition("/")[0]} --until 08:00 --reason "why"',
        runbook=GIVEN_UP,
    )


def outlook_of_wake(*, target: str, mode: str) -> Outlook:
    """Returns what a wake that was given up means: whoever needs the environment does not have all of it."""
    who = (
        f"whoever uses {target}: not all of it is up."
        if mode == AWAKE
        else f"whoever needs {target} in {mode}: not all of what that mode keeps is up."
    )
    return Outlook(
        who=who,
        next="it is tried again at the next tick, within ten minutes; the capacity to come back to is kept.",
        stop=pause_of(target),
        runbook=GIVEN_UP,
    )


def outlook_of_decision(answer: Desired | None, snapshot: Snapshot | None, *, target: str) -> Outlook:
    """Returns what it means that nothing could be decided: all stays as it is, which may hurt somebody.

    Args:
        answer: What the schedule asks for; None when there is none, or it cannot be read.
        snapshot: The capacity as it was awake; None while the environment is awake.
        target: Which environment, or member of its fleet.
    """
    again = "it is looked at again at the next tick, within ten minutes."
    if snapshot is not None and answer is not None and not answer.asleep:
        opening = answer.since.isoformat() if answer.since else ""
        return Outlook(
            who=f"whoever uses {target}: it should be awake, and nothing can wake it now.",
            next=again,
            stop=pause_of(target),
            runbook=GIVEN_UP,
            tell=Audience.ON_DUTY,
            key=f"opening {opening}",
        )
    kept = "asleep, as it should be" if snapshot is not None else "awake, and costs more than planned at most"
    return Outlook(
        who=f"nobody. {target} stays as it is: {kept}.",
        next=f"{again} Should an opening come before it succeeds, whoever is on duty is paged.",
        stop=pause_of(target),
        runbook=GIVEN_UP,
        tell=Audience.TEAM if answer is not None else Audience.ON_DUTY,
    )


def outlook_of_access(*, target: str) -> Outlook:
    """Returns what it means that the cluster could not be read while Toban only observes."""
    return Outlook(
        who=f"nobody yet. Toban only observes {target}; as it is now, its first sleep would fail.",
        next="the cluster is read again in a day.",
        stop=pause_of(target),
        runbook=GIVEN_UP,
    )
