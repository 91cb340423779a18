"""Nights in which something is different: holidays, holds, budgets, no capacity, people, crashes."""

from __future__ import annotations

from datetime import date, timedelta

from twin.scenarios import arrangements
from twin.scenarios import expectations as expect
from twin.scenarios import night_expectations as night
from twin.scenarios.scenario import Scenario

GRACE = timedelta(minutes=30)


NIGHTS = (
    Scenario(
        name="golden-week",
        title="Golden Week",
        summary=(
            "Japan's holidays join the weekend: dev sleeps through them, with one working day in between."
        ),
        begin=date(2027, 4, 28),
        days=8,
        arrange=arrangements.golden_week,
        expectations=(
            night.nodes_at(
                "dev",
                {
                    "2027-04-29 12:00": 0,
                    "2027-04-30 12:00": 6,
                    "2027-05-01 12:00": 0,
                    "2027-05-03 12:00": 0,
                    "2027-05-05 12:00": 0,
                    "2027-05-06 08:00": 6,
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
        summary=(
            "The notice comes at 21:45, somebody holds dev until half past eleven, "
            "and the weekend begins then."
        ),
        begin=date(2026, 12, 11),
        days=3,
        arrange=arrangements.friday_hold,
        expectations=(
            night.told("notice", "Toban dev: stop begins at 22:00", "The team was told in time.", times=1),
            night.nodes_at(
                "dev",
                {"2026-12-11 23:25": 6, "2026-12-12 00:15": 0},
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
        summary=(
            "A workload's budget lets no pod go. "
            "Its node stays, the team is told by name, the morning is whole."
        ),
        begin=date(2026, 12, 8),
        days=1,
        arrange=arrangements.blocked_drain,
        expectations=(
            night.told("notice", arrangements.LEGACY, "The team was told which pods hold the node.", times=1),
            expect.nobody_was_paged(),
            night.nodes_at("dev", {"2026-12-09 00:00": 6}, "Every node stayed with its pod."),
            expect.ready_at_every_opening(),
            expect.everything_restored_exactly(),
        ),
    ),
    Scenario(
        name="no-capacity",
        title="No capacity on Monday",
        summary=(
            "EC2 has no instances at the hour of the wake. "
            "A person is told at the opening; all comes when it can."
        ),
        begin=date(2026, 12, 13),
        days=1,
        arrange=arrangements.no_capacity,
        expectations=(
            night.told("page", "not ready at opening", "A person was told at the opening.", times=1),
            night.nodes_at(
                "dev",
                {"2026-12-14 08:20": 0, "2026-12-14 08:50": 6},
                "dev woke as soon as EC2 had instances.",
            ),
            expect.everything_restored_exactly(),
        ),
    ),
    Scenario(
        name="by-hand",
        title="Someone scales by hand at night",
        summary=(
            "At one in the night a person gives production a fourth node. "
            "The morning leaves it, and says why."
        ),
        begin=date(2026, 12, 8),
        days=1,
        arrange=arrangements.by_hand,
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
        summary=(
            "A function dies twice while nodes are ended on Friday night; the machine goes on where it was."
        ),
        begin=date(2026, 12, 11),
        days=3,
        arrange=arrangements.crashes,
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
        arrange=arrangements.throttled,
        expectations=(
            night.nodes_at(
                "dev",
                {"2026-12-08 22:15": 6, "2026-12-08 22:45": 2},
                "dev slept soon after the throttle ended.",
            ),
            night.only_pages(
                ("decision was given up",),
                "A person was told of the throttle at most.",
            ),
            expect.ready_at_every_opening(),
            expect.everything_restored_exactly(),
        ),
    ),
)
"""Nights in which something is different, each judged by its timeline."""
