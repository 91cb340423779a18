"""Reads instants and holds as people write them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from functions.core.time_windows import instant_of
from functions.night_scaling.schedule.model import Hold, ScheduleDocument

if TYPE_CHECKING:
    from pathlib import Path
    from zoneinfo import ZoneInfo


def read_instant(text: str, zone: ZoneInfo) -> datetime:
    """Reads an ISO 8601 instant; one without an offset is wall-clock time in `zone`.

    Raises:
        ValueError: the text is none.
    """
    try:
        found = datetime.fromisoformat(text.strip())
        return instant_of(found, zone) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        message = (
            f"{text.strip()[:60]!r} is no instant; write it as 2027-01-04T22:00 or 2027-01-04T22:00+09:00"
        )
        raise ValueError(message) from error


def read_holds(path: Path, document: ScheduleDocument) -> tuple[Hold, ...]:
    """Reads a JSON list of holds: id, kind, owner, reason, begins, expires, and mode where one sleeps.

    Raises:
        ValueError: the file is no such list.
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ValueError(f"{path}: cannot be read as JSON: {error}") from error
    if not isinstance(found, list):
        raise ValueError(f"{path}: must be a list of holds")  # noqa: TRY004 - what is wrong is the file's value
    return tuple(_hold(hold, f"{path}: hold {place}", document) for place, hold in enumerate(found, start=1))


def _hold(given: Any, where: str, document: ScheduleDocument) -> Hold:
    try:
        hold = Hold(
            id=str(given["id"]),
            kind=given["kind"],
            owner=str(given["owner"]),
            reason=str(given["reason"]),
            begins=read_instant(given["begins"], document.zone),
            expires=read_instant(given["expires"], document.zone),
            mode=given.get("mode"),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{where}: needs id, kind, owner, reason, begins and expires") from error
    except ValueError as error:
        raise ValueError(f"{where}: {error}") from error
    if hold.kind not in ("keep_awake", "sleep_now"):
        raise ValueError(f'{where}: kind must be "keep_awake" or "sleep_now"')
    return hold
