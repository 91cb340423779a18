"""Nights of a clock change: New York's, an hour shorter in spring and an hour longer in autumn."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from twin.scenarios import arrangements
from twin.scenarios import expectations as expect
from twin.scenarios import night_expectations as night
from twin.scenarios.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Utc:
    """Instants of the two nights on which New York changes its clocks, in UTC."""

    sleep: datetime
    wake: datetime


SPRING = Utc(datetime(2027, 3, 14, 3, tzinfo=UTC), datetime(2027, 3, 14, 11, 40, tzinfo=UTC))
"""22:00 EST to 07:40 EDT: an hour shorter than other nights."""
AUTUMN = Utc(datetime(2027, 11, 7, 2, tzinfo=UTC), datetime(2027, 11, 7, 12, 40, tzinfo=UTC))
"""22:00 EDT to 07:40 EST: an hour longer."""


def _clock_change(name: str, title: str, summary: str, begin: date, utc: Utc) -> Scenario:
    hour = timedelta(hours=1)
    return Scenario(
        name=name,
        title=title,
        summary=summary,
        begin=begin,
        days=2,
        arrange=arrangements.in_new_york,
        expectations=(
            night.decisions(
                "dev",
                [("sleep", utc.sleep), ("wake", utc.wake)],
                between=(utc.sleep - hour, utc.wake + hour),
                sentence="It fell asleep once and woke once, on the wall clock.",
            ),
            expect.every_run_succeeded(),
            expect.nobody_was_paged(),
        ),
    )


CLOCK_CHANGES = (
    _clock_change(
        "new-york-spring",
        "New York puts its clocks forward",
        "A night of New York that is an hour shorter: "
        "it sleeps at ten and wakes for eight, on the wall clock.",
        date(2027, 3, 13),
        SPRING,
    ),
    _clock_change(
        "new-york-autumn",
        "New York puts its clocks back",
        "A night of New York in which an hour occurs twice: it sleeps once and wakes once.",
        date(2027, 11, 6),
        AUTUMN,
    ),
)
"""The night that is an hour shorter, and the one that is an hour longer."""
