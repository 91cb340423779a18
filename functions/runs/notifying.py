"""Tells people each thing once, and again only when it comes back or a person has closed it.

Telling never fails a run. When the table cannot remember, or the topic does not take it, an alarm rings in
its place, which remembers by itself.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

from functions.core.control import Audience, TargetRecord
from functions.core.errors import OpsError
from functions.core.instants import read_instant
from functions.runs.policy.page import UTC, wall_clock

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from functions.runs.policy.page import Message
    from functions.runs.ports import RunPorts

CALM = timedelta(hours=3)
"""How long decisions have to succeed until their failing is over: a service that flaps is one cause."""


def notification_id(kind: str, key: str) -> str:
    """Returns what a thing is remembered by; `kind` stays readable at its beginning."""
    return kind + hashlib.sha256(key.encode()).hexdigest()[:16]


def failures_of(capability: str) -> str:
    """Returns the kind of a capability's failed runs; they are over when one of its runs is finished."""
    return f"{capability}-failed-"


def undecided_of(capability: str) -> str:
    """Returns the kind of a capability's failures to decide; they are over with the next decision."""
    return f"{capability}-undecided-"


def notify_once(
    ports: RunPorts,
    record: TargetRecord,
    messages: Iterable[Message],
    *,
    to: Audience,
    kind: str,
    target: str,
    now: datetime,
) -> None:
    """Tells each message of one kind that nobody has been told of, and forgets those that are over.

    Args:
        ports: The two topics, the table that remembers, and the alarm.
        record: What is remembered of the target.
        messages: All that is to be told of this kind now.
        to: Who is told.
        kind: Beginning of the ids of this kind; a thing of it that is not among the messages is over.
        target: Whom it is about.
        now: The instant.
    """
    current = {notification_id(kind, message.key): message for message in messages}
    for key, message in current.items():
        _tell(ports, record, key, message, to=to, target=target, now=now)
    forget_resolved(ports, record, kinds=[kind], target=target, keep=current)


def notify_of_failure(
    ports: RunPorts,
    record: TargetRecord,
    message: Message,
    *,
    to: Audience,
    kind: str,
    target: str,
    now: datetime,
) -> None:
    """Tells one failure, unless a person has been told of its like; other failures stay as they are."""
    key = notification_id(kind, message.key)
    if key in record.pages:
        with suppress(OpsError):
            ports.table.repeat_page(target, key, now=now)
    _tell(ports, record, key, message, to=to, target=target, now=now)


def forget_resolved(
    ports: RunPorts,
    record: TargetRecord,
    *,
    kinds: Iterable[str],
    target: str,
    keep: Iterable[str] = (),
    before: datetime | None = None,
) -> list[str]:
    """Forgets the things of some kinds that are over; returns what had been told of them, a sentence each.

    Args:
        ports: The table that remembers.
        record: What is remembered of the target.
        kinds: Beginnings of their ids.
        target: Whom it is about.
        keep: Ids that are not over.
        before: What has happened since this instant is not over either; None for all.
    """
    beginnings, over = tuple(kinds), []
    for key in sorted(set(record.pages).difference(keep)):
        if key.startswith(beginnings) and (before is None or _last(record.pages[key]) <= before):
            # What cannot be forgotten now is forgotten by the next tick.
            with suppress(OpsError):
                if ports.table.forget_page(target, key):
                    over.append(str(record.pages[key].get("sentence", "")))
    return over


def notify_of_end(
    ports: RunPorts,
    record: TargetRecord,
    *,
    kinds: Mapping[str, timedelta],
    target: str,
    now: datetime,
    zone: ZoneInfo = UTC,
) -> None:
    """Forgets the things of some kinds, which are over, and tells the team so in one notice for all of them.

    They are forgotten first: an end is rather not told than told at every tick.

    Args:
        ports: The topic of notices, and the table that remembers.
        record: What is remembered of the target.
        kinds: Beginnings of their ids, and how long each must not have happened: what comes and goes is one
            cause.
        target: Whom it is about.
        now: The instant.
        zone: The zone that people read times in.
    """
    over: list[str] = []
    since: list[datetime] = []
    for kind, calm in kinds.items():
        last = max((_last(told) for key, told in record.pages.items() if key.startswith(kind)), default=now)
        ended = forget_resolved(ports, record, kinds=[kind], target=target, before=now - calm)
        over += ended
        since += [last if calm else now] if ended else []
    if over:
        text = "".join(f"  - {sentence}\n" for sentence in over)
        with suppress(OpsError):
            ports.notices.page(
                f"Toban {target}: over since {wall_clock(max(since), zone)}",
                f"What you were told of is over:\n{text}",
            )


def _last(told: Mapping[str, object]) -> datetime:
    return read_instant(told.get("last_at", told["told_at"]))


def _tell(
    ports: RunPorts,
    record: TargetRecord,
    key: str,
    message: Message,
    *,
    to: Audience,
    target: str,
    now: datetime,
) -> None:
    """Claims, tells and confirms: a crash between them tells twice rather than never, never more often."""
    told = record.pages.get(key)
    if told is not None and "unconfirmed" not in told:
        return
    topic = ports.pager if to is Audience.ON_DUTY else ports.notices
    try:
        if not ports.table.remember_page(target, key, sentence=message.subject, now=now):
            return
    except OpsError:
        # Whoever cannot remember must not tell: it would tell at every tick.
        ports.alarm.untold(to, message.subject)
        return
    try:
        topic.page(message.subject, message.text)
    except OpsError:
        ports.alarm.untold(to, message.subject)
        with suppress(OpsError):
            ports.table.forget_page(target, key)
        return
    with suppress(OpsError):
        ports.table.confirm_page(target, key)
