"""Judges a scenario: remembers how its world began, and at its end asks its expectations what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from twin.report.story import Story
from twin.scenarios.scenario import Outcome
from twin.world.fleet_observer import FleetObserver
from twin.world.story import environment_story

if TYPE_CHECKING:
    from datetime import datetime

    from twin.report.story import EnvironmentStory
    from twin.scenarios.scenario import Footprint, Scenario
    from twin.world import World

ZONE = "Asia/Tokyo"
"""The zone of the bundled schedules, in which a scenario's dates are meant."""

FLEET_KINDS = ("page", "notice", "expectation")
"""What the report of a fleet lists: what a person was told, and how it was judged."""


@dataclass
class Judge:
    """Judges one scenario; to be made when it is arranged, before its time runs.

    Args:
        world: Its world.
        scenario: What is expected.
        begin: Its first instant.
        end: Its last.
    """

    world: World
    scenario: Scenario
    begin: datetime
    end: datetime
    _before: dict[str, Footprint] = field(init=False)
    _observer: FleetObserver | None = field(init=False)

    def __post_init__(self) -> None:
        self._observer = FleetObserver(self.world) if self.world.fleet else None
        self._before = self._footprints()

    def story(self) -> Story:
        """Returns the scenario's story, and writes how it was judged into the timeline."""
        outcome = self._outcome()
        verdicts = tuple(expectation.verdict(outcome) for expectation in self.scenario.expectations)
        for verdict in verdicts:
            what = "held" if verdict.held else "failed"
            self.world.timeline.record(
                "expectation", self.scenario.name, what, f"{verdict.sentence} {verdict.seen}".strip()
            )
        environments = tuple(outcome.environments.values())
        return Story(
            title=self.scenario.title,
            summary=self.scenario.summary,
            begin=outcome.begin,
            end=outcome.end,
            zone=outcome.zone,
            environments=environments,
            verdicts=verdicts,
            figures=_figures(outcome, environments, self.world),
            # Of a fleet's thousand clusters a report shows what a person was told.
            entries=tuple(
                entry for entry in self.world.timeline if not outcome.fleet or entry.kind in FLEET_KINDS
            ),
        )

    def _outcome(self) -> Outcome:
        stories = {
            environment.name: environment_story(self.world, environment, self.end)
            for environment in self.world.environments.values()
        }
        members = self._observer.outcomes() if self._observer else {}
        return Outcome(
            self.begin,
            self.end,
            ZONE,
            stories,
            self._before,
            self._footprints(),
            self.world.timeline,
            members,
        )

    def _footprints(self) -> dict[str, Footprint]:
        return {name: self.world.footprint(name) for name in self.world.environments}


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
