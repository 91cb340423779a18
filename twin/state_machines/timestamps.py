"""Timestamps of the Amazon States Language: RFC 3339 with a capital T, and a capital Z or an offset."""

from __future__ import annotations

import datetime as dt
import re

_FORM = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", re.ASCII)


def instant_of(value: object) -> dt.datetime | None:
    """Returns the instant that a value names, aware; None when it is no timestamp of the language."""
    if not isinstance(value, str) or not _FORM.fullmatch(value):
        return None
    try:
        return dt.datetime.fromisoformat(value)
    except ValueError:
        return None


def text_of(instant: dt.datetime) -> str:
    """Returns an instant as the context object has it: in UTC, to the millisecond, with a Z."""
    return instant.astimezone(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
