"""The real template, handlers and machine run in the twin, and what goes wrong there pages a person."""

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from twin.access_entries import AccessEntries
from twin.account import simulated_account
from twin.api_calls import ApiCalls
from twin.clock import Clock
from twin.control_plane import ControlPlane
from twin.randomness import Randomness

TEMPLATE = Path(__file__).parents[3] / "template.yaml"
Told = list[tuple[str, str, str, str]]


@pytest.fixture(scope="module")
def two_hours() -> Iterator[tuple[ControlPlane, Told]]:
    """Gives a control plane whose cluster does not exist, after two hours of ticks."""
    told: Told = []
    with (
        simulated_account() as aws,
        closing(Clock(datetime(2026, 12, 7, 3, tzinfo=UTC))) as clock,
        closing(ApiCalls(clock)) as calls,
        closing(Randomness(7)) as randomness,
    ):
        calls.install()
        AccessEntries(calls)
        with closing(ControlPlane(clock, calls, aws, randomness, lambda *entry: told.append(entry))) as plane:
            plane.deploy(TEMPLATE, stack_name="toban", parameters={"Environment": "dev"})
            clock.run_until(clock.now + timedelta(hours=2))
            yield plane, told


def test_the_tick_starts_the_machine_every_ten_minutes(two_hours: tuple[ControlPlane, Told]) -> None:
    fired = [entry for entry in two_hours[1] if entry[0] == "schedule"]
    assert len(fired) == 12


def test_a_machine_that_fails_raises_its_alarm_and_pages(two_hours: tuple[ControlPlane, Told]) -> None:
    plane, told = two_hours
    assert plane.alarms.state("toban-dev-night-scaling-failed") == "ALARM"
    pages = [
        json.loads(why)["AlarmName"] for kind, _, _, why in told if kind == "page" and why.startswith("{")
    ]
    assert "toban-dev-night-scaling-failed" in pages


def test_the_quiet_alarms_are_ok(two_hours: tuple[ControlPlane, Told]) -> None:
    plane, _ = two_hours
    assert plane.alarms.state("toban-dev-undelivered-schedules") == "OK"
    assert plane.alarms.state("toban-dev-night-scaling-timed-out") == "OK"


def test_the_machines_end_is_an_event(two_hours: tuple[ControlPlane, Told]) -> None:
    ends = [entry for entry in two_hours[1] if entry[:2] == ("event", "aws.states")]
    assert len(ends) == 24
