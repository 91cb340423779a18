"""The scenarios that the twin knows, by name."""

from __future__ import annotations

from datetime import date, timedelta

from twin.scenarios import expectations as expect
from twin.scenarios.clock_changes import CLOCK_CHANGES
from twin.scenarios.fleets import FLEET_NIGHT
from twin.scenarios.nights import NIGHTS
from twin.scenarios.scenario import Scenario, World

GRACE = timedelta(minutes=30)
"""Longer than a drain that no budget blocks, and shorter than anybody's patience with a night's beginning."""


def _nothing(_world: World) -> None:
    """Arranges nothing: a quiet week needs nothing."""


QUIET_WEEK = Scenario(
    name="quiet-week",
    title="Quiet week",
    summary="Two environments, seven nights and a weekend in which nothing goes wrong.",
    begin=date(2026, 12, 7),
    days=7,
    arrange=_nothing,
    expectations=(
        expect.asleep_within(GRACE),
        expect.ready_at_every_opening(),
        expect.everything_restored_exactly(),
        expect.every_run_succeeded(),
        expect.nobody_was_paged(),
        expect.money_was_saved(),
    ),
)

SCENARIOS = {scenario.name: scenario for scenario in (QUIET_WEEK, *NIGHTS, *CLOCK_CHANGES, FLEET_NIGHT)}
"""Every scenario by the name that `toban twin run` takes."""
