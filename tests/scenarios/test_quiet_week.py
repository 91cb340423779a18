"""The quiet week: the real template, machine and handlers, seven nights, and all as it was in the morning."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from twin.play import ScenarioResult, play
from twin.report.picture import picture
from twin.scenarios import SCENARIOS

if TYPE_CHECKING:
    from twin.timeline import Entry

ROOT = Path(__file__).parents[2]
TOKYO = ZoneInfo("Asia/Tokyo")


@pytest.fixture(scope="module")
def week() -> ScenarioResult:
    return play(SCENARIOS["quiet-week"], template=ROOT / "template.yaml")


def test_the_docs_show_this_week(week: ScenarioResult) -> None:
    drawn = ROOT / "docs/images/nights/quiet-week.svg"
    assert picture(week.story) == drawn.read_text(encoding="utf-8"), (
        "the docs show another week: toban twin run quiet-week --picture docs/images/nights/quiet-week.svg"
    )


def local(entry: Entry) -> datetime:
    return entry.at.astimezone(TOKYO)


def test_every_expectation_holds(week: ScenarioResult) -> None:
    assert [verdict for verdict in week.story.verdicts if not verdict.held] == []
    assert len(week.story.verdicts) == 6


def test_no_alarm_of_the_stacks_changes_its_state(week: ScenarioResult) -> None:
    changes = [(entry.at, entry.subject, entry.what) for entry in week.timeline.of("alarm")]
    assert [change for change in changes if change[1].endswith((" (dev)", " (prod)"))] == []
    assert [change for change in changes if change[2].endswith("-> ALARM")] == []


def test_a_week_is_two_environments_with_all_their_ticks(week: ScenarioResult) -> None:
    assert week.invocations >= 2_000
    for environment in week.story.environments:
        assert len(environment.runs) + environment.quiet_runs >= 7 * 144


def test_spot_goes_first_dev_keeps_two_nodes_at_night_and_none_over_the_weekend_prod_keeps_three(
    week: ScenarioResult,
) -> None:
    dev, prod = week.story.environments
    wednesday, sunday = (datetime(2026, 12, day, 3, tzinfo=TOKYO) for day in (9, 13))
    assert [dev.nodes.at(instant) for instant in (wednesday, sunday)] == [2, 0]
    assert [prod.nodes.at(instant) for instant in (wednesday, sunday)] == [3, 3]


def test_every_node_is_ready_again_before_eight(week: ScenarioResult) -> None:
    for environment, at_night in zip(week.story.environments, (2, 3), strict=True):
        for day in range(8, 12):
            opening = datetime(2026, 12, day, 8, tzinfo=TOKYO)
            assert environment.nodes.at(opening) == 6
            assert environment.nodes.at(opening - timedelta(minutes=21)) == at_night


def test_nodes_are_drained_within_budgets_before_they_end(week: ScenarioResult) -> None:
    for ended in [entry for entry in week.timeline.of("node") if entry.what == "ended"]:
        drains = [
            entry
            for entry in week.timeline.of("step", subject=ended.subject.partition("/")[0])
            if entry.at >= ended.at and ended.subject.partition("/")[2] in entry.why
        ]
        assert drains, f"{ended.subject} ended at {ended.at} and no step says that it was drained"


def test_devs_database_is_stopped_at_the_weekend_alone(week: ScenarioResult) -> None:
    stops = [local(entry) for entry in week.timeline.of("database") if entry.what == "stopped"]
    assert [f"{stop:%a}" for stop in stops] == ["Fri"]


def test_each_decision_to_act_names_its_window(week: ScenarioResult) -> None:
    acted = [entry for entry in week.timeline.of("decision") if entry.what in {"sleep", "wake"}]
    assert len(acted) == 24
    assert all("window" in entry.why for entry in acted)


def test_the_timeline_is_json_lines_in_order(week: ScenarioResult, tmp_path: Path) -> None:
    path = tmp_path / "new" / "week.jsonl"
    week.timeline.write(path)
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert all(list(line) == ["at", "kind", "subject", "what", "why", "run"] for line in lines)
    assert [line["at"] for line in lines] == sorted(line["at"] for line in lines)
    ticks = [line["at"] for line in lines if line["kind"] == "schedule"]
    assert ticks[0] == "2026-12-07T03:05:00.000Z", "the first tick, five past noon in Tokyo"
