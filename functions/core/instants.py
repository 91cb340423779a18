"""Reads the instants that the control table keeps; one without an offset is refused, in words."""

from __future__ import annotations

from datetime import datetime


def read_instant(value: object) -> datetime:
    """Reads an instant from its text.

    Raises:
        ValueError: The text is no instant, or has no offset; the sentence says which.
    """
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError:
        raise ValueError(
            f"{str(value)[:60]!r} is no instant; write it as 2027-01-31T22:00:00+09:00"
        ) from None
    if found.tzinfo is None:
        raise ValueError(f"{value!r} has no offset; write it as {value}+00:00, or with another offset")
    return found
