"""Tells people each thing once, and again only when it comes back or a person has closed it."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from functions.core.control import Audience, TargetRecord

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from functions.runs.policy.page import Message
    from functions.runs.ports import RunPorts


def notification_id(kind: str, key: str) -> str:
    """Returns what a thing is remembered by; `kind` stays readable at its beginning."""
    return kind + hashlib.sha256(key.encode()).hexdigest()[:16]


def failures_of(capability: str) -> str:
    """Returns the kind of a capability's failed runs; they are over when one of its runs is finished."""
    return f"{capability}-failed-"


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
        ports: The two topics, and the table that remembers.
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
    forget_resolved(ports, record, kind=kind, target=target, keep=current)


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
    _tell(ports, record, notification_id(kind, message.key), message, to=to, target=target, now=now)


def forget_resolved(
    ports: RunPorts, record: TargetRecord, *, kind: str, target: str, keep: Iterable[str] = ()
) -> None:
    """Forgets the things of one kind that are over."""
    for key in sorted(set(record.pages).difference(keep)):
        if key.startswith(kind):
            ports.table.forget_page(target, key)


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
    """Tells and then remembers: a crash between the two tells twice rather than never."""
    if key not in record.pages:
        topic = ports.pager if to is Audience.ON_DUTY else ports.notices
        topic.page(message.subject, message.text)
        ports.table.remember_page(target, key, sentence=message.subject, now=now)
