"""What people are told, as a value: policies say it, the shell sends it.

A failure's page has one shape for all.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from functions.core.control import Audience
from functions.core.names import environment_of

UTC = ZoneInfo("UTC")
"""The zone of times that people read where no schedule says another."""
MOST_DONE = 12
"""Things done that a page lists; the record of the run has all of them."""


class Message(NamedTuple):
    """Something to tell.

    Attributes:
        key: What it is remembered by: the same key is the same thing, which is told once.
        subject: In a few words.
        text: All of it.
    """

    key: str
    subject: str
    text: str


class Outlook(NamedTuple):
    """What a capability says of a run that could not go on.

    Attributes:
        who: Who is hurt, in a sentence; that nobody is, is said as well.
        next: What happens next and when, in the schedule's zone.
        stop: Command that keeps it from happening.
        runbook: File name of the runbook, without its ending.
        tell: Who is told; None for whom the run says.
        key: What makes it another thing than the same failure at another time, such as another opening.
    """

    who: str
    next: str
    stop: str
    runbook: str
    tell: Audience | None = None
    key: str = ""


def pause_of(target: str) -> str:
    """Returns the command of the kill switch, which is the environment's, whole fleet included."""
    return f'toban pause {environment_of(target)} --reason "why"'


def failure_page(
    *, key: str, subject: str, cause: str, did: Iterable[str], outlook: Outlook, runbook: str, execution: str
) -> Message:
    """Returns the page of a run that could not go on.

    Args:
        key: What it is remembered by.
        subject: In a few words: what, where.
        cause: Why, in one sentence.
        did: What was done so far, a sentence each.
        outlook: What the capability says of it.
        runbook: Where the runbook is read.
        execution: Address of the execution.
    """
    done = list(did)
    shown = [f"  - {sentence}" for sentence in done[:MOST_DONE]] or ["  - nothing"]
    if len(done) > MOST_DONE:
        shown.append(f"  - and {len(done) - MOST_DONE} more, in the record of the run")
    lines = [
        f"Who is hurt: {outlook.who}",
        f"Why: {cause}",
        "",
        "Done so far:",
        *shown,
        "",
        f"Next: {outlook.next}",
        f"To stop that: {outlook.stop}",
        "",
        f"Runbook: {runbook}",
        f"Execution: {execution}",
    ]
    return Message(key, subject, "\n".join(lines))


def wall_clock(instant: datetime, zone: ZoneInfo, *, dated: bool = False) -> str:
    """Returns an instant as a person in the zone reads it, such as `Tue 22:55 (Asia/Tokyo)`.

    Every time that a person reads in a message or a reason is written here.

    Args:
        instant: The instant, aware.
        zone: The schedule's zone.
        dated: Whether the date is said: `Tue 2027-01-05 22:55 (Asia/Tokyo)`.
    """
    shown = instant.astimezone(zone)
    return f"{shown:%a %Y-%m-%d %H:%M} ({zone.key})" if dated else f"{shown:%a %H:%M} ({zone.key})"


def minutes(stretch: timedelta) -> str:
    """Returns a stretch of time in whole minutes, such as `30 minutes`."""
    count = round(stretch / timedelta(minutes=1))
    return f"{count} minute{'' if count == 1 else 's'}"
