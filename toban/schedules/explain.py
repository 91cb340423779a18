"""Answers what holds at given instants, one JSON object a line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from functions.night_scaling.schedule.desired import desired
from toban.schedules.instants import read_instant

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from functions.night_scaling.schedule.model import Hold, ScheduleDocument


def explain_all(
    document: ScheduleDocument, holds: Sequence[Hold], texts: Iterable[tuple[str, str]]
) -> Iterator[tuple[str | None, str | None]]:
    """Yields, for each text and its place, the line to print or the complaint; passes over empty texts."""
    for place, text in texts:
        if not text.strip():
            continue
        try:
            yield answer(document, holds, read_instant(text, document.zone)), None
        except (ValueError, OverflowError) as error:
            yield None, f"{place}: {error}"


def answer(document: ScheduleDocument, holds: Sequence[Hold], at: datetime) -> str:
    """Writes the answer for one instant; every instant in it is shown in the document's zone."""
    found = desired(document, holds=holds, now=at)

    def local(instant: datetime | None) -> str | None:
        return instant.astimezone(document.zone).isoformat() if instant else None

    return json.dumps(
        {
            "at": local(at),
            "state": found.mode,
            "reason": found.reason,
            "since": local(found.since),
            "next_change": local(found.next_change),
            "next_state": found.next_mode,
            "layers": found.layers._asdict(),
            "ready_by": local(found.ready_by),
            "notice_at": local(found.notice_at),
            "notice_due": found.notice_due,
            "hold": found.hold,
        },
        ensure_ascii=False,
    )
