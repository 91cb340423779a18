"""Tells people each thing once, and again only when it comes back."""

import hashlib
from collections.abc import Iterable
from datetime import datetime

from functions.core.capacity import TargetRecord
from functions.core.ports.sns import Pager
from functions.night_scaling.messages import Message
from functions.runtime.wiring import Ports

CONFIGURATION = "config-"
RUN = "run-"
NOTICE = "notice-"
LATE = "late-"
OBSERVED = "observed-"
UNSAVED = "unsaved-"


def fingerprint(kind: str, sentence: str) -> str:
    """Returns what a thing is remembered by."""
    return kind + hashlib.sha256(sentence.encode()).hexdigest()[:16]


def tell(
    ports: Ports,
    pager: Pager,
    record: TargetRecord,
    messages: Iterable[Message],
    *,
    kind: str,
    environment: str,
    now: datetime,
) -> None:
    """Tells each message of one kind that nobody has been told of, and forgets those that are over.

    It goes out before it is remembered: a crash between the two tells twice rather than never.
    """
    current = {fingerprint(kind, message.key): message for message in messages}
    for key, message in current.items():
        if key not in record.pages:
            pager.page(message.subject, message.text)
            ports.table.remember(environment, key, sentence=message.subject, now=now)
    forget_told(ports, record, kind=kind, environment=environment, keep=current)


def forget_told(
    ports: Ports, record: TargetRecord, *, kind: str, environment: str, keep: Iterable[str] = ()
) -> None:
    """Forgets the things of one kind that are over."""
    for key in sorted(record.pages.difference(keep)):
        if key.startswith(kind):
            ports.table.forget_page(environment, key)
