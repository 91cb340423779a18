"""Nights in which something is different: holidays, holds, budgets, no capacity, people, crashes, clock changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from twin.scenarios import arranging
from twin.scenarios import expectations as expect
from twin.scenarios import night_expectations as night
from twin.scenarios.scenario import Scenario

GRACE = timedelta(minutes=30)


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
        arrange=arranging.in_new_york,
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


NIGHTS = (
    Scenario(
        name="golden-week",
        title="Golden Week",
        summary="Japan's holidays join the weekend: dev sleeps through them, with one working day in between.",
        begin=date(2027, 4, 28),
        days=8,
        arrange=arranging.golden_week,
        expectations=(
            night.nodes_at(
                "dev",
                {
                    "2027-04-29 12:00": 0,
                    "2027-04-30 12:00": 3,
                    "2027-05-01 12:00": 0,
                    "2027-05-03 12:00": 0,
                    "2027-05-05 12:00": 0,
                    "2027-05-06 08:00": 3,
                },
                "dev had no node on the holidays and all of them on the working days.",
            ),
            expect.ready_at_every_opening(),
            expect.everything_restored_exactly(),
            expect.every_run_succeeded(),
            expect.nobody_was_paged(),
        ),
    ),
    Scenario(
        name="friday-hold",
        title="A hold on Friday night",
        summary="The notice comes at 21:45, somebody holds dev until half past eleven, and the weekend begins then.",
        begin=date(2026, 12, 11),
        days=3,
        arrange=arranging.friday_hold,
        expectations=(
            night.told("notice", "Toban dev: stop begins at 22:00", "The team was told in time.", times=1),
            night.nodes_at(
                "dev",
                {"2026-12-11 23:25": 3, "2026-12-12 00:15": 0},
                "dev stayed awake until the hold ended, and slept afterwards.",
            ),
            expect.ready_at_every_opening(),
            expect.everything_restored_exactly(),
            expect.every_run_succeeded(),
            expect.nobody_was_paged(),
        ),
    ),
    Scenario(
        name="blocked-drain",
        title="A budget that blocks a drain",
        summary="A workload's budget lets no pod go. Its node stays, a person is told by name, the morning is whole.",
        begin=date(2026, 12, 8),
        days=1,
        arrange=arranging.blocked_drain,
        expectations=(
            night.told("page", arranging.LEGACY, "A person was told which pods hold the node."),
            night.only_pages(
                (arranging.LEGACY, "night-scaling-failed"),
                "Nobody was told of anything else.",
            ),
            night.nodes_at("dev", {"2026-12-09 00:00": 3}, "The node stayed with its pods."),
            expect.ready_at_every_opening(),
            expect.everything_restored_exactly(),
        ),
    ),
    Scenario(
        name="no-capacity",
        title="No capacity on Monday",
        summary="EC2 has no instances at the hour of the wake. A person is told at the opening; all comes when it can.",
        begin=date(2026, 12, 13),
        days=1,
        arrange=arranging.no_capacity,
        expectations=(
            night.told("page", "not ready at opening", "A person was told at the opening.", times=1),
            night.nodes_at(
                "dev",
                {"2026-12-14 08:20": 0, "2026-12-14 08:50": 3},
                "dev woke as soon as EC2 had instances.",
            ),
            expect.everything_restored_exactly(),
        ),
    ),
    Scenario(
        name="by-hand",
        title="Someone scales by hand at night",
        summary="At one in the night a person gives production a fourth node. The morning leaves it, and says why.",
        begin=date(2026, 12, 8),
        days=1,
        arrange=arranging.by_hand,
        expectations=(
            night.sizes_after("prod", "primary", (2, 4, 6), "The person's node stayed after the wake."),
            night.told("step", "someone changed node group primary", "The run says who decided.", times=1),
            expect.ready_at_every_opening(),
            expect.every_run_succeeded(),
            expect.nobody_was_paged(),
        ),
    ),
    Scenario(
        name="crashed-drain",
        title="The drain crashes midway",
        summary="A function dies twice while nodes are ended on Friday night; the machine goes on where it was.",
        begin=date(2026, 12, 11),
        days=3,
        arrange=arranging.crashes,
        expectations=(
            expect.asleep_within(GRACE),
            expect.ready_at_every_opening(),
            expect.everything_restored_exactly(),
            expect.every_run_succeeded(),
            expect.nobody_was_paged(),
        ),
    ),
    Scenario(
        name="throttled",
        title="EKS throttles for twenty minutes",
        summary="From ten o'clock every call to EKS is refused. The night begins when that ends.",
        begin=date(2026, 12, 8),
        days=1,
        arrange=arranging.throttled,
        expectations=(
            night.nodes_at(
                "dev",
                {"2026-12-08 22:15": 3, "2026-12-08 22:45": 2},
                "dev slept soon after the throttle ended.",
            ),
            night.only_pages(
                ("given up", "night-scaling-failed", "handler-errors"),
                "A person was told of the throttle at most.",
            ),
            expect.ready_at_every_opening(),
            expect.everything_restored_exactly(),
        ),
    ),
    _clock_change(
        "new-york-spring",
        "New York puts its clocks forward",
        "A night of New York that is an hour shorter: it sleeps at ten and wakes for eight, on the wall clock.",
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
"""Nights in which something is different, each judged by its timeline."""
