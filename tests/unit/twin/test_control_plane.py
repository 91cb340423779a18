"""The real template, handlers and machine run in the twin, and what goes wrong there pages a person."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from moto.awslambda.models import LambdaFunction

from twin.access_entries import AccessEntries
from twin.account import simulated_account
from twin.api_calls import ApiCalls
from twin.clock import Clock
from twin.control_plane import ControlPlane
from twin.functions import FunctionRunner
from twin.randomness import Randomness
from twin.state_machines import moto_names

TEMPLATE = Path(__file__).parents[3] / "template.yaml"
Told = list[tuple[str, str, str, str]]


def test_a_control_plane_that_fails_half_way_leaves_nothing_of_moto_patched() -> None:
    def patched() -> tuple[object, ...]:
        backend = moto_names.models.StepFunctionsParserBackend
        return vars(LambdaFunction)["_invoke_lambda"], vars(backend)["_validate_definition"]

    def fails(*_: object, **__: object) -> FunctionRunner:
        raise RuntimeError("no runner")

    before = patched()
    with (
        simulated_account() as aws,
        closing(Clock(datetime(2026, 12, 7, 3, tzinfo=UTC))) as clock,
        closing(ApiCalls(clock)) as calls,
        closing(Randomness(7)) as randomness,
    ):
        calls.install()
        with pytest.raises(RuntimeError, match="no runner"):
            ControlPlane(clock, calls, aws, randomness, lambda *_: None, fails)  # type: ignore[arg-type]
        assert patched() == before


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


def test_what_fails_at_every_tick_pages_once(two_hours: tuple[ControlPlane, Told]) -> None:
    """Every tick finds the same fault, begins no run for it, and what was told of it is not told again."""
    pages = [entry[2] for entry in two_hours[1] if entry[:2] == ("page", "toban-dev-pages")]
    assert pages == ["Toban dev: configuration refused"]


def test_the_quiet_alarms_are_ok(two_hours: tuple[ControlPlane, Told]) -> None:
    plane, _ = two_hours
    assert plane.alarms.state("toban-dev-undelivered-schedules") == "OK"
    assert plane.alarms.state("toban-dev-unreaped-runs") == "OK"


def test_the_machines_end_is_an_event(two_hours: tuple[ControlPlane, Told]) -> None:
    ends = [entry for entry in two_hours[1] if entry[:2] == ("event", "aws.states")]
    assert len(ends) == 24


def test_a_run_that_a_person_stops_is_reaped_and_the_team_is_told(
    two_hours: tuple[ControlPlane, Told],
) -> None:
    plane, told = two_hours
    client, clock = plane.aws.client("stepfunctions"), plane.clock
    machine = plane.stacks[0].outputs["NightScalingMachine"]
    execution = client.start_execution(stateMachineArn=machine, input='{"target": "dev", "cause": "person"}')
    clock.run_until(clock.now + timedelta(seconds=0.1))
    before = len(told)
    client.stop_execution(executionArn=execution["executionArn"], error="Enough", cause="not tonight")
    clock.run_until(clock.now + timedelta(minutes=2))
    said = [entry[1:3] for entry in told[before:] if entry[0] == "page"]
    assert said == [("toban-dev-notices", "Toban dev: night scaling ended: aborted")]
    assert plane.alarms.state("toban-dev-unreaped-runs") == "OK"
