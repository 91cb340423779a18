"""What counts as a number, a moment and a password: what openapi.json says, and nothing near to it.

pydantic alone is kinder than JSON Schema: it reads "1.0" and "+1" as integers, and a day, a number or a time
without a zone as moments. Whoever sends those means something that we would have to guess.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime, timedelta
from typing import Final

NUMBER: Final = re.compile(r"0|-?[1-9][0-9]{0,9}")
MOMENT: Final = r"^(19|[2-9][0-9])[0-9]{2}-[0-9]{2}-[0-9]{2}[Tt]"
"""No year before 1900: a reminder is due an hour earlier, and must still lie in every calendar involved."""
_MOMENT: Final = re.compile(
    MOMENT + r"[0-9]{2}:[0-9]{2}:(?P<second>[0-9]{2})([.][0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})\Z", re.ASCII
)
MAX_PASSWORD: Final = 128
MAX_TYPED: Final = 4 * MAX_PASSWORD
"""Code points of a password before it is composed: a letter may come in several, and composing long ones is
slow."""


def number_in_text(text: object) -> object:
    """Returns what is no text as it is, and a path's or a query's text if it is an integer of JSON."""
    if isinstance(text, str) and not NUMBER.fullmatch(text):
        raise ValueError("write an integer in digits alone")
    return text


def moment_of(text: object) -> datetime:
    """Returns the moment that RFC 3339's `date-time` writes, in UTC without a zone, as the columns hold it.

    A leap second, which Python's calendar lacks, is the second after it.

    Raises:
        ValueError: it is no text; or of another form, without a second or a zone; or lies before 1900 or
        after 9999.
    """
    match = _MOMENT.match(text) if isinstance(text, str) else None
    if match is None:
        raise ValueError("write the moment out, from 1900 on, as 2030-01-31T09:00:00+09:00")
    start, end = match.span("second")
    leaps = match["second"] == "60"
    written = match[0][:start] + ("59" if leaps else match["second"]) + match[0][end:]
    try:
        moment = datetime.fromisoformat(written.upper()).astimezone(UTC).replace(tzinfo=None)
    except OverflowError:
        raise ValueError("the moment lies outside of the calendar") from None
    if not leaps:
        return moment
    if (moment.hour, moment.minute) != (23, 59):
        raise ValueError("a leap second is the last of a day in UTC")
    try:
        return moment.replace(microsecond=0) + timedelta(seconds=1)
    except OverflowError:  # the last second of the year 9999
        raise ValueError("the moment lies outside of the calendar") from None


def composed(password: str) -> str:
    """Returns a password in Unicode's NFC: é is the same, whether a keyboard sends one code point or two.

    That is RFC 8265 and what NIST SP 800-63B asks for. NFKC would make different passwords one. Nothing is
    cut, and spaces stay.
    """
    return unicodedata.normalize("NFC", password)
