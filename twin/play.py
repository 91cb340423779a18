"""Plays a scenario: opens its world, lets its time run, and judges what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from twin.report.story import Story
from twin.scenarios.scenario import Outcome
from twin.world import open_world
from twin.world.fleet_observer import FleetObserver
from twin.world.story import environment_story

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date
    from pathlib import Path

    from twin.report.story import EnvironmentStory
    from twin.scenarios.scenario import Scenario
    from twin.timeline import Entry, Timeline
    from twin.world import World

ZONE = "Asia/Tokyo"
"""The zone of the bundled schedules, in which a scenario's dates are meant."""

FLEET_KINDS = ("page", "notice", "expectation")
"""What the report of a fleet lists: what a person was told, and how it was judged."""

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
        observer = FleetObserver(world) if world.fleet else None
        before = {name: world.footprint(name) for name in world.environments}
        while world.clock.now < last:
            world.run_until(min(world.clock.now + SLICE, last))
            on_progress(world.clock.now)
        stories = {
            environment.name: environment_story(world, environment, last)
            for environment in world.environments.values()
        }
        after = {name: world.footprint(name) for name in world.environments}
        members = observer.outcomes() if observer else {}
        outcome = Outcome(first, last, ZONE, stories, before, after, world.timeline, members)
        return ScenarioResult(_story(scenario, outcome, world), world.timeline, world.invocations)


def _story(scenario: Scenario, outcome: Outcome, world: World) -> Story:
    verdicts = tuple(expectation.verdict(outcome) for expectation in scenario.expectations)
    for verdict in verdicts:
        what = "held" if verdict.held else "failed"
        world.timeline.record(
            "expectation", scenario.name, what, f"{verdict.sentence} {verdict.seen}".strip()
        )
    environments = tuple(outcome.environments.values())
    return Story(
        title=scenario.title,
        summary=scenario.summary,
        begin=outcome.begin,
        end=outcome.end,
        zone=outcome.zone,
        environments=environments,
        verdicts=verdicts,
        figures=_figures(outcome, environments, world),
        # Of a fleet's thousand clusters a report shows what a person was told.
        entries=tuple(entry for entry in world.timeline if not outcome.fleet or entry.kind in FLEET_KINDS),
    )


def _figures(
    outcome: Outcome, environments: tuple[EnvironmentStory, ...], world: World
) -> tuple[tuple[str, str], ...]:
    runs = sum(len(environment.runs) + environment.quiet_runs for environment in environments)
    saved = sum(environment.savings.dollars for environment in environments)
    full = sum(environment.savings.full_dollars for environment in environments)
    return (
        ("virtual days", f"{(outcome.end - outcome.begin) / timedelta(days=1):g}"),
        ("runs of the machine", f"{runs:,}"),
        ("handler runs", f"{world.invocations:,}"),
        ("pages to a person", str(len(outcome.timeline.of("page")))),
        ("saved on nodes", f"${saved:.2f}"),
        ("of the nodes' price", f"{saved / full:.0%}"),
    )
