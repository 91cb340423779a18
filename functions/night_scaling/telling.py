"""Tells a person each fault once, and again only when it comes back."""

import hashlib
from collections.abc import Iterable
from datetime import datetime

from functions.core.capacity import TargetRecord
from functions.night_scaling.notice import Notice
from functions.runtime.wiring import Ports

CONFIGURATION = "config-"
RUN = "run-"
NOTICE = "notice-"


def fingerprint(kind: str, sentence: str) -> str:
    """Returns what a fault is remembered by."""
    return kind + hashlib.sha256(sentence.encode()).hexdigest()[:16]


def tell_faults(
    ports: Ports, record: TargetRecord, faults: Iterable[str], *, environment: str, now: datetime
) -> None:
    """Pages each configuration fault that nobody has been told of, and forgets those that are over.

    The page goes out before it is remembered: a crash between the two tells twice rather than never.
    """
    current = {fingerprint(CONFIGURATION, sentence): sentence for sentence in faults}
    for key, sentence in current.items():
        if key not in record.pages:
            ports.pager.page(f"Toban {environment}: configuration refused", sentence)
            ports.table.remember(environment, key, sentence=sentence, now=now)
    forget_told(ports, record, kind=CONFIGURATION, environment=environment, keep=current)


def tell_notice(
    ports: Ports, record: TargetRecord, notice: Notice | None, *, environment: str, now: datetime
) -> None:
    """Tells the team of a coming sleep, once for each sleep."""
    key = fingerprint(NOTICE, notice.key) if notice else ""
    if notice and key not in record.pages:
        ports.notices.page(notice.subject, notice.message)
        ports.table.remember(environment, key, sentence=notice.subject, now=now)
    forget_told(ports, record, kind=NOTICE, environment=environment, keep=[key])


def forget_told(
    ports: Ports, record: TargetRecord, *, kind: str, environment: str, keep: Iterable[str] = ()
) -> None:
    """Forgets the faults of one kind that are over."""
    for key in sorted(record.pages.difference(keep)):
        if key.startswith(kind):
            ports.table.forget_page(environment, key)
