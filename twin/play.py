"""Plays a scenario: opens its world, lets its time run, and judges what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from twin.judging import ZONE, Judge
from twin.world import open_world

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date
    from pathlib import Path

    from twin.report.story import Story
    from twin.scenarios.scenario import Scenario
    from twin.timeline import Entry, Timeline

SLICE = timedelta(hours=1)
"""How often the player reports how far it is."""


@dataclass(frozen=True, slots=True)
class ScenarioResult:
    """What a scenario left.

    Attributes:
        story: What happened, judged.
        timeline: All that happened, in order.
        invocations: How many times a function ran.
    """

    story: Story
    timeline: Timeline
    invocations: int

    @property
    def held(self) -> bool:
        """Whether every expectation held."""
        return all(verdict.held for verdict in self.story.verdicts)


def play(
    scenario: Scenario,
    *,
    template: Path,
    begin: date | None = None,
    days: int | None = None,
    clusters: int | None = None,
    seed: int = 0,
    isolated: bool = False,
    on_entry: Callable[[Entry], None] = lambda _entry: None,
    on_progress: Callable[[datetime], None] = lambda _now: None,
) -> ScenarioResult:
    """Plays a scenario, from noon of its first day to noon after its last unless it says otherwise.

    Args:
        scenario: What to play.
        template: The control plane's template, with samconfig.toml beside it.
        begin: First day, Asia/Tokyo; None takes the scenario's own.
        days: How many days; None takes the scenario's own.
        clusters: How many clusters a fleet has; None takes the scenario's own.
        seed: Fixes everything that chance decides.
        isolated: Whether each function runs in a process of its own, on AWS's runtime client.
        on_entry: Is told of each thing that happens.
        on_progress: Is told the virtual time, once for each virtual hour.

    Raises:
        TemplateError: The template is wrong.
        TwinFault: Something in the twin broke.
    """
    first = datetime.combine(begin or scenario.begin, scenario.begins_at, ZoneInfo(ZONE)).astimezone(UTC)
    last = first + scenario.length(days)
    fleet = (clusters or scenario.fleet) if scenario.fleet else 0
    with open_world(template, begin=first, seed=seed, fleet=fleet, isolated=isolated) as world:
        world.timeline.listen(on_entry)
        scenario.arrange(world)
        judge = Judge(world, scenario, begin=first, end=last)
        while world.clock.now < last:
            world.run_until(min(world.clock.now + SLICE, last))
            on_progress(world.clock.now)
        return ScenarioResult(judge.story(), world.timeline, world.invocations)
