"""Expectations that many scenarios share, each a sentence with a check behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from twin.scenarios.scenario import Expectation

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime, timedelta

    from twin.report.story import Band, EnvironmentStory
    from twin.scenarios.scenario import Outcome

AWAKE = "awake"


def openings(environment: EnvironmentStory, outcome: Outcome) -> list[datetime]:
    """Returns the instants of the scenario at which the schedule asks for an awake environment again."""
    return [
        after.begin
        for before, after in zip(environment.bands, environment.bands[1:], strict=False)
        if before.mode != AWAKE and after.mode == AWAKE and outcome.begin < after.begin < outcome.end
    ]


def nights(environment: EnvironmentStory) -> list[Band]:
    """Returns the bands in which the schedule asks for less than an awake environment."""
    return [band for band in environment.bands if band.mode != AWAKE]


def ready_at_every_opening() -> Expectation:
    """Holds when nodes and pods are all back, Ready, at the instant at which each sleep ends."""

    def check(outcome: Outcome) -> Iterator[str]:
        for environment in outcome.environments.values():
            for opening in openings(environment, outcome):
                for series in (environment.nodes, environment.pods):
                    wanted, found = series.points[0][1], series.at(opening)
                    if found < wanted:
                        at = _local(opening, outcome)
                        yield f"{environment.name} had {found:g} of {wanted:g} {series.label} at {at}"

    def told(outcome: Outcome) -> str:
        count = sum(len(openings(environment, outcome)) for environment in outcome.environments.values())
        return f"{count} openings"

    return Expectation("Every node and every pod was Ready again at each opening.", check, told)


def asleep_within(grace: timedelta) -> Expectation:
    """Holds when fewer nodes run, `grace` after each sleep began, than while awake."""

    def check(outcome: Outcome) -> Iterator[str]:
        for environment in outcome.environments.values():
            awake = environment.nodes.points[0][1]
            for night in nights(environment):
                looked = night.begin + grace
                if (
                    outcome.begin < looked < min(night.end, outcome.end)
                    and environment.nodes.at(looked) >= awake
                ):
                    yield f"{environment.name} still ran {awake:g} nodes at {_local(looked, outcome)}"

    minutes = int(grace.total_seconds() // 60)
    return Expectation(f"Nodes were down within {minutes} minutes of each sleep's beginning.", check)


def everything_restored_exactly() -> Expectation:
    """Holds when sizes at the end equal those at the beginning, and no snapshot or lock is left.

    An environment that the schedule wants asleep at the end has nothing to be restored yet.
    """

    def check(outcome: Outcome) -> Iterator[str]:
        for name, before in outcome.before.items():
            if outcome.environments[name].bands[-1].mode != AWAKE:
                continue
            after = outcome.after[name]
            for field in ("nodegroups", "replicas", "database", "snapshots", "locks"):
                if getattr(before, field) != getattr(after, field):
                    yield f"{name}: {field} was {getattr(before, field)} and is {getattr(after, field)}"

    return Expectation(
        "Sizes, replicas and bounds were restored exactly; no snapshot or lock was left.", check
    )


def nobody_was_paged() -> Expectation:
    """Holds when no page went out."""

    def check(outcome: Outcome) -> list[str]:
        return [f"{_local(page.at, outcome)}: {page.what}" for page in outcome.timeline.of("page")]

    return Expectation("Nobody was paged.", check)


def every_run_succeeded() -> Expectation:
    """Holds when no execution of a machine failed, timed out or was aborted."""

    def check(outcome: Outcome) -> list[str]:
        ended = {"FAILED", "TIMED_OUT", "ABORTED"}
        return [
            f"{run.name} {run.status.lower()} at {_local(run.begun, outcome)}"
            for environment in outcome.environments.values()
            for run in environment.runs
            if run.status in ended
        ]

    def told(outcome: Outcome) -> str:
        environments = outcome.environments.values()
        count = sum(len(environment.runs) + environment.quiet_runs for environment in environments)
        return f"{count:,} runs"

    return Expectation("Every run of a machine succeeded.", check, told)


def money_was_saved() -> Expectation:
    """Holds when each environment ran fewer node hours than it would have without Toban."""

    def check(outcome: Outcome) -> list[str]:
        return [
            f"{environment.name} saved nothing"
            for environment in outcome.environments.values()
            if environment.savings.node_hours <= 0
        ]

    def told(outcome: Outcome) -> str:
        return f"${sum(environment.savings.dollars for environment in outcome.environments.values()):.2f}"

    return Expectation("Node hours were saved in every environment.", check, told)


def _local(instant: datetime, outcome: Outcome) -> str:
    return f"{instant.astimezone(ZoneInfo(outcome.zone)):%a %d %b %H:%M}"
