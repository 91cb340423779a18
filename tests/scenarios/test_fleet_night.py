"""A fleet's night with ten clusters: what a thousand do, by the same template, machines and handlers."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from twin.play import ScenarioResult, play
from twin.scenarios import SCENARIOS
from twin.scenarios.fleets import SICK

ROOT = Path(__file__).parents[2]
CLUSTERS = 10


@pytest.fixture(scope="module")
def night() -> ScenarioResult:
    return play(SCENARIOS["fleet-night"], template=ROOT / "template.yaml", clusters=CLUSTERS)


def test_every_expectation_holds(night: ScenarioResult) -> None:
    assert [verdict for verdict in night.story.verdicts if not verdict.held] == []
    assert len(night.story.verdicts) == 5


def test_each_cluster_has_runs_of_its_own(night: ScenarioResult) -> None:
    decided = {entry.subject for entry in night.timeline.of("decision") if entry.what == "sleep"}
    healthy = {f"dev/c{number}" for number in range(CLUSTERS - 1)} - {f"dev/{name}" for name in SICK}
    assert healthy | {"dev"} <= decided


def test_nobody_is_told_twice_of_what_fails_all_night(night: ScenarioResult) -> None:
    told = Counter(entry.what for kind in ("page", "notice") for entry in night.timeline.of(kind))
    assert {what: count for what, count in told.items() if count > 1} == {}


def test_the_report_keeps_to_what_a_person_was_told(night: ScenarioResult) -> None:
    assert {entry.kind for entry in night.story.entries} <= {"page", "notice", "expectation"}
