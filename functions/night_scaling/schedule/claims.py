"""Claims: who wants which mode from when to when. The strongest claim at an instant decides.

From the strongest: an "awake" freeze, a hold that keeps awake, a freeze that stays asleep, a hold that sends
to sleep, a calendar's working day, a calendar's day off, a window. At every step awake beats asleep, because
being awake too long costs money and being asleep at the wrong time costs an outage; a freeze stands above a
hold, because a freeze was agreed on and a hold is one person's.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from functions.core.time_windows import WEEKDAYS, WeeklyWindow, clock_text, instant_of
from functions.night_scaling.schedule.model import AWAKE, Calendar, Hold, ScheduleDocument

WINDOW, DAY_OFF, WORKING_DAY, HOLD_ASLEEP, FREEZE_ASLEEP, HOLD_AWAKE, FREEZE_AWAKE = range(7)
"""Ranks of claims; the higher one decides."""

LONGEST_WINDOW: Final = timedelta(days=7)


class Claim(NamedTuple):
    """One wish for a mode.

    Attributes:
        begin: First instant, UTC.
        end: First instant after it, UTC.
        rank: The strongest rank decides; between equals the claim that comes first in the document does.
        mode: The mode that is wished for.
        why: Why, for a person.
        hold: Identifier of the hold that makes the claim; None when the document does.
    """

    begin: datetime
    end: datetime
    rank: int
    mode: str
    why: str
    hold: str | None = None


def window_claims(document: ScheduleDocument, low: datetime, high: datetime) -> Iterator[Claim]:
    """Lists the windows' claims that touch the stretch from `low` to `high` (UTC)."""
    first = low.date() - LONGEST_WINDOW - timedelta(days=2)
    for window in document.windows:
        for begin, end in _occurrences(window.when, document.zone, first, high.date() + timedelta(days=2)):
            if begin < end and begin <= high and end >= low:
                why = f'window "{window.name}" ({_window_text(window.when, begin.astimezone(document.zone))})'
                yield Claim(begin, end, WINDOW, window.mode, why)


def _occurrences(
    when: WeeklyWindow, zone: ZoneInfo, first: date, last: date
) -> Iterator[tuple[datetime, datetime]]:
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        found = _occurrence(when, zone, ordinal)
        if found:
            yield found


@lru_cache(maxsize=8192)
def _occurrence(when: WeeklyWindow, zone: ZoneInfo, ordinal: int) -> tuple[datetime, datetime] | None:
    walls = when.occurrence(date.fromordinal(ordinal))
    return (instant_of(walls[0], zone), instant_of(walls[1], zone)) if walls else None


def _window_text(when: WeeklyWindow, begun: datetime) -> str:
    end_day = (begun + timedelta(minutes=when.minutes(begun.weekday()), seconds=-1)).weekday()
    return (
        f"{WEEKDAYS[begun.weekday()]} {clock_text(when.begin)} to {WEEKDAYS[end_day]} {clock_text(when.end)}"
    )


def one_off_claims(document: ScheduleDocument) -> tuple[Claim, ...]:
    """Lists the claims of the document's calendars and freezes, in the order of the document."""
    freezes = (
        Claim(
            freeze.begin,
            freeze.end,
            FREEZE_AWAKE if freeze.mode == AWAKE else FREEZE_ASLEEP,
            freeze.mode,
            f'freeze "{freeze.name}": {freeze.reason}',
        )
        for freeze in document.freezes
    )
    days = (claim for calendar in document.calendars for claim in _calendar_claims(document, calendar))
    return (*freezes, *days)


def _calendar_claims(document: ScheduleDocument, calendar: Calendar) -> Iterator[Claim]:
    rank = WORKING_DAY if calendar.mode == AWAKE else DAY_OFF
    for day, label in calendar.dates.items():
        midnight = datetime.combine(day, datetime.min.time())
        begin = instant_of(midnight + timedelta(minutes=calendar.begin), document.zone)
        end = instant_of(midnight + timedelta(minutes=calendar.end), document.zone)
        if calendar.joins:
            begin, end = _joined(document, begin, end)
        if begin < end:
            yield Claim(begin, end, rank, calendar.mode, f'calendar "{calendar.name}": {day} is {label}')


def _joined(document: ScheduleDocument, begin: datetime, end: datetime) -> tuple[datetime, datetime]:
    """Stretches a day off over the windows that touch it, as a weekend reaches into a Monday morning."""
    touching = list(window_claims(document, begin, end))
    return min([begin, *(claim.begin for claim in touching)]), max([end, *(claim.end for claim in touching)])


def hold_claims(holds: Iterable[Hold], document: ScheduleDocument) -> Iterator[Claim]:
    """Lists the holds' claims, the one that began last first, because it is the one that people remember."""
    for hold in sorted(holds, key=lambda hold: (hold.begins, hold.id), reverse=True):
        asleep = hold.kind == "sleep_now"
        mode = hold.mode if hold.mode in document.modes else next(iter(document.modes))
        yield Claim(
            hold.begins.astimezone(UTC),
            hold.expires.astimezone(UTC),
            HOLD_ASLEEP if asleep else HOLD_AWAKE,
            str(mode) if asleep else AWAKE,
            f'hold "{hold.id}" of {hold.owner}: {hold.reason}',
            hold.id,
        )


def strongest(claims: Sequence[Claim]) -> Claim | None:
    """Picks the claim that decides; None when nobody claims anything, which is awake."""
    return max(claims, key=lambda claim: claim.rank, default=None)
