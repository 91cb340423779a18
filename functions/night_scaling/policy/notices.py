"""What people are told: a sleep that comes, a wake that is late, a night that keeps or does not save."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from functions.core.instants import read_instant
from functions.core.names import EVICT_LABEL
from functions.night_scaling.policy.snapshot import Phase, Snapshot
from functions.runs.policy.page import Message, wall_clock

if TYPE_CHECKING:
    from collections.abc import Sequence
    from zoneinfo import ZoneInfo

    from functions.night_scaling.schedule.desired import Desired
    from functions.night_scaling.schedule.model import ScheduleDocument

CONFIGURATION = "night_scaling-config-"
NOTICE = "night_scaling-notice-"
LATE = "night_scaling-late-"
OBSERVED = "night_scaling-observed-"
KEPT = "night_scaling-kept-"
UNSAVED = "night_scaling-unsaved-"
"""Kinds of what is told: the beginning of what each is remembered by."""
NOT_READY = "night_scaling_not_ready"
NOT_SAVED = "night_scaling_not_saved"
"""Runbooks, by their file names."""
HELD = timedelta(hours=2)
"""How long the command in a notice holds: long enough to finish an evening's work, and it ends by itself."""


def refused_configuration(environment: str, faults: tuple[str, ...]) -> list[Message]:
    """Returns a message for each thing that a person has to put right."""
    return [Message(fault, f"Toban {environment}: configuration refused", fault) for fault in faults]


def upcoming_sleep(
    document: ScheduleDocument, answer: Desired, *, observing_until: datetime | None = None
) -> Message | None:
    """Returns the notice that is due: when a sleep begins, how deep it goes, and how to prevent it.

    None when no sleep is near enough. Until `observing_until` it only would begin; None for a Toban that
    acts.
    """
    if not answer.notice_due or answer.next_change is None or answer.next_mode is None:
        return None
    begins = answer.next_change.astimezone(document.zone)
    held = (answer.next_change + HELD).astimezone(document.zone)
    layers = document.layers[answer.next_mode]
    nodes = (
        "the nodes stay"
        if layers.nodegroups is None
        else f"{layers.nodegroups} nodes stay over all node groups"
    )
    environment = document.environment
    observes = observing_until is not None and answer.next_change < observing_until
    when = wall_clock(answer.next_change, document.zone, dated=True)
    only = ""
    if observes and observing_until:
        acts = wall_clock(observing_until, document.zone, dated=True)
        only = f"Toban only observes until {acts}: nothing changes.\n\n"
    return Message(
        key=f"{answer.next_mode} {answer.next_change.isoformat()}",
        subject=f"Toban {environment}: {answer.next_mode} {'would begin' if observes else 'begins'} at "
        f"{begins:%H:%M}",
        text=(
            f"{environment} {'would go' if observes else 'goes'} to {answer.next_mode} at {when}: "
            f"{nodes}, workloads are {layers.workloads}, databases are {layers.database}.\n\n{only}"
            f"To keep it awake:\n"
            f'  toban hold add {environment} --until {held:%H:%M} --reason "why"\n'
            f"To see what holds and why:\n  toban status {environment}"
        ),
    )


def late_wake(
    document: ScheduleDocument,
    answer: Desired,
    snapshot: Snapshot | None,
    *,
    target: str,
    lead: timedelta,
    runbook: str,
    now: datetime,
) -> Message | None:
    """Returns what to tell when the opening has come and the wake is not verified; None when all is well.

    A person has to know before the first user does. The same opening is told once.
    """
    if answer.asleep or snapshot is None or answer.since is None:
        return None
    opening = answer.since + lead
    if now < opening:
        return None
    environment = document.environment
    way = "it is on its way" if snapshot.phase is Phase.WAKING else f"it has not left {snapshot.mode} yet"
    due = wall_clock(opening, document.zone, dated=True)
    first = f"{environment} was to be ready at {due} and is not."
    return Message(
        key=first,
        subject=f"Toban {target}: not ready at opening",
        text=(
            f"{first}\nWho is hurt: whoever uses {target}, from now on.\n"
            f"Where it is: {way}; its capacity is kept in the control table.\n\n"
            f"What it waits for:\n  toban status {environment}\nTo begin the wake anew:\n"
            f"  toban wake {environment} --again\n"
            f"What to look at first: {runbook}"
        ),
    )


def observed_sleep(reason: str, answer: Desired, *, target: str, mode: str) -> Message:
    """Returns what is told instead of a sleep while Toban only observes."""
    return Message(
        key=f"{mode} {answer.since.isoformat() if answer.since else ''}",
        subject=f"Toban {target}: would go to {mode} now",
        text=f"{target} is {reason}.\nTo act at once, deploy with the parameter ObserveDays=0.",
    )


def unsaved_night(
    target: str, *, since: str, planned_hours: float, saved_hours: float, runbook: str, zone: ZoneInfo
) -> Message:
    """Returns what is told of a sleep that looks done or in progress, and does not save.

    `since` names the sleep: the text of its first instant; empty when it was always so.
    """
    begun = f"since {wall_clock(read_instant(since), zone, dated=True)}" if since else "in all this time"
    return Message(
        key=since,
        subject=f"Toban {target}: planned but not saved",
        text=(
            f"{target}: {begun} {planned_hours:.1f} instance hours were to be off, "
            f"and {saved_hours:.1f} were; the sleep looks done or in progress, and does not save.\n"
            f"See what holds its nodes:\n  toban status {target}\n"
            f"What to look at first: {runbook}"
        ),
    )


def kept_up(target: str, *, mode: str, kept: Sequence[str]) -> list[Message]:
    """Returns what is told of a verified sleep that left something up, which only a person can change.

    Empty when it left nothing; the same things are told once.
    """
    if not kept:
        return []
    things = sorted(kept)
    return [
        Message(
            key="\n".join(things),
            subject=f"Toban {target}: {mode} keeps {len(things)} up",
            text=(
                f"{target} is in {mode}, without what cannot be given back or never stops:\n"
                + "".join(f"  - {thing}\n" for thing in things)
                + "\nEach such pod keeps its node up, which costs that node's hours. To let it go:\n"
                f"  kubectl label pod NAME {EVICT_LABEL}=true\n"
                "A database that AWS never stops belongs out of the stack's parameter Databases."
            ),
        )
    ]
