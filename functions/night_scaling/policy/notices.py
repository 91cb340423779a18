"""What people are told: a sleep that comes, a wake that is late, a night that does not save, a failure."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from functions.core.control import Audience
from functions.core.names import EVICT_LABEL
from functions.night_scaling.policy.snapshot import Phase, Snapshot
from functions.night_scaling.schedule.model import AWAKE, ScheduleDocument
from functions.runs.policy.page import Message, Outlook, minutes, pause_of, wall_clock

if TYPE_CHECKING:
    from collections.abc import Sequence

    from functions.night_scaling.schedule.desired import Desired

CONFIGURATION = "night_scaling-config-"
NOTICE = "night_scaling-notice-"
LATE = "night_scaling-late-"
OBSERVED = "night_scaling-observed-"
KEPT = "night_scaling-kept-"
UNSAVED = "night_scaling-unsaved-"
"""Kinds of what is told: the beginning of what each is remembered by."""
GIVEN_UP = "night_scaling_given_up"
NOT_READY = "night_scaling_not_ready"
NOT_SAVED = "night_scaling_not_saved"
"""Runbooks, by their file names."""
HELD = timedelta(hours=2)
"""How long the command in a notice holds: long enough to finish an evening's work, and it ends by itself."""


def refused_configuration(environment: str, faults: tuple[str, ...]) -> list[Message]:
    """Returns a message for each thing that a person has to put right."""
    return [Message(fault, f"Toban {environment}: configuration refused", fault) for fault in faults]


def upcoming_sleep(document: ScheduleDocument, answer: Desired) -> Message | None:
    """Returns the notice that is due: when a sleep begins, how deep it goes, and how to prevent it.

    None when no sleep is near enough.
    """
    if not answer.notice_due or answer.next_change is None or answer.next_mode is None:
        return None
    begins = answer.next_change.astimezone(document.zone)
    held = (answer.next_change + HELD).astimezone(document.zone)
    layers = document.layers[answer.next_mode]
    nodes = (
        "the nodes stay"
        if layers.nodegroups is None
        else f"{layers.nodegroups} nodes stay in each node group"
    )
    environment = document.environment
    return Message(
        key=f"{answer.next_mode} {answer.next_change.isoformat()}",
        subject=f"Toban {environment}: {answer.next_mode} begins at {begins:%H:%M}",
        text=(
            f"{environment} goes to {answer.next_mode} at {begins:%Y-%m-%d %H:%M} ({document.zone.key}): "
            f"{nodes}, workloads are {layers.workloads}, databases are {layers.database}.\n\n"
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
    local = opening.astimezone(document.zone)
    environment = document.environment
    way = "it is on its way" if snapshot.phase is Phase.WAKING else f"it has not left {snapshot.mode} yet"
    first = f"{environment} was to be ready at {local:%Y-%m-%d %H:%M} ({document.zone.key}) and is not."
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
    target: str, *, since: str, planned_hours: float, saved_hours: float, runbook: str
) -> Message:
    """Returns what is told of a sleep that looks done or in progress, and does not save.

    `since` names the sleep.
    """
    return Message(
        key=since,
        subject=f"Toban {target}: planned but not saved",
        text=(
            f"{target}: since {since} {planned_hours:.1f} instance hours were to be off, "
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
        when = wall_clock(retry_at, document.zone) if document else f"{retry_at:%H:%M} UTC"
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
