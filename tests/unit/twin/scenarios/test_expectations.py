"""Expectations find what went wrong, and say who, what and when."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from twin.report.story import Band, EnvironmentStory, Run, Savings, Series
from twin.scenarios import expectations as expect
from twin.scenarios.scenario import Expectation, Footprint, Outcome
from twin.timeline import Timeline

NOON = datetime(2026, 12, 7, 3, 0, tzinfo=UTC)
NIGHT = datetime(2026, 12, 7, 13, 0, tzinfo=UTC)
OPENING = datetime(2026, 12, 7, 23, 0, tzinfo=UTC)
END = NOON + timedelta(days=1)
SIZES = Footprint({"primary": (2, 3, 6)}, {"app/deployment/api": 3}, None, snapshots=0, locks=0)


def week(
    *, nodes: Series | None = None, pods: Series | None = None, status: str = "SUCCEEDED", saved: float = 20
) -> Outcome:
    dev = EnvironmentStory(
        name="dev",
        cluster="c",
        bands=(
            Band(NOON, NIGHT, "awake", "day"),
            Band(NIGHT, OPENING, "minimum", "night"),
            Band(OPENING, END, "awake", "day"),
        ),
        nodes=nodes or Series("ready nodes", ((NOON, 3), (NIGHT + timedelta(minutes=9), 1), (OPENING, 3))),
        pods=pods or Series("ready pods", ((NOON, 7), (NIGHT, 2), (OPENING, 7))),
        runs=(Run("run-1", "dev", "night", NIGHT, OPENING, status, "night"),),
        quiet_runs=143,
        savings=Savings(saved, saved * 0.05, 4, ("a list",)),
    )
    return Outcome(
        NOON, END, "Asia/Tokyo", {"dev": dev}, {"dev": SIZES}, {"dev": SIZES}, Timeline(lambda: NOON)
    )


EVERY = [
    expect.ready_at_every_opening(),
    expect.asleep_within(timedelta(minutes=30)),
    expect.everything_restored_exactly(),
    expect.nobody_was_paged(),
    expect.every_run_succeeded(),
    expect.money_was_saved(),
]


@pytest.mark.parametrize("expectation", EVERY, ids=lambda expectation: expectation.sentence)
def test_a_good_week_holds(expectation: Expectation) -> None:
    verdict = expectation.verdict(week())

    assert verdict.held, verdict.seen


def test_a_node_missing_at_opening_is_named_with_its_time() -> None:
    late = Series("ready nodes", ((NOON, 3), (NIGHT, 1), (OPENING + timedelta(seconds=1), 3)))
    verdict = expect.ready_at_every_opening().verdict(week(nodes=late))

    assert not verdict.held
    assert verdict.seen == "dev had 1 of 3 ready nodes at Tue 08 Dec 08:00"


def test_pods_must_be_back_as_well_as_nodes() -> None:
    late = Series("ready pods", ((NOON, 7), (NIGHT, 2)))

    assert not expect.ready_at_every_opening().verdict(week(pods=late)).held


def test_a_night_that_never_came_is_found() -> None:
    verdict = expect.asleep_within(timedelta(minutes=30)).verdict(
        week(nodes=Series("ready nodes", ((NOON, 3),)))
    )

    assert verdict.seen == "dev still ran 3 nodes at Mon 07 Dec 22:30"


@pytest.mark.parametrize(
    "after",
    [
        replace(SIZES, nodegroups={"primary": (0, 3, 6)}),
        replace(SIZES, replicas={"app/deployment/api": 2}),
        replace(SIZES, snapshots=1),
        replace(SIZES, locks=1),
    ],
)
def test_anything_left_behind_is_found(after: Footprint) -> None:
    assert not expect.everything_restored_exactly().verdict(replace(week(), after={"dev": after})).held


def test_an_environment_that_sleeps_at_the_end_has_nothing_to_be_restored_yet() -> None:
    outcome = week()
    asleep = replace(outcome.environments["dev"], bands=outcome.environments["dev"].bands[:2])
    smaller = {"dev": replace(SIZES, nodegroups={"primary": (0, 0, 6)}, snapshots=1)}
    verdict = expect.everything_restored_exactly().verdict(
        replace(outcome, environments={"dev": asleep}, after=smaller)
    )

    assert verdict.held


@pytest.mark.parametrize("status", ["FAILED", "TIMED_OUT", "ABORTED"])
def test_a_run_that_did_not_succeed_is_found(status: str) -> None:
    assert not expect.every_run_succeeded().verdict(week(status=status)).held


def test_a_page_is_quoted() -> None:
    outcome = week()
    outcome.timeline.record("page", "dev", "drain blocked by api-service")

    assert "drain blocked by api-service" in expect.nobody_was_paged().verdict(outcome).seen


def test_saving_nothing_is_found() -> None:
    assert expect.money_was_saved().verdict(week(saved=0)).seen == "dev saved nothing"


def test_three_faults_are_quoted_and_the_rest_counted() -> None:
    verdict = Expectation("x", lambda _outcome: [str(n) for n in range(5)]).verdict(week())

    assert verdict.seen == "0; 1; 2 (and 2 more)"
