"""`toban deploy`: night_scaling is not switched off while something sleeps that nobody would wake."""

from __future__ import annotations

from typing import Any

import boto3
import pytest

from functions.core.errors import PermanentError, TemporaryError
from tests.fakes.world import World
from tests.unit.night_scaling.nights import FRIDAY, MONDAY, tick
from tests.unit.night_scaling.worlds import NODEGROUP, with_document
from toban import deploy

OFF = {"region": "ap-northeast-1", "parameter_overrides": "Environment=dev NightScaling=off"}


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    targets = [{"name": "search", "cluster": "team-search", "nodegroups": [NODEGROUP]}]
    made = with_document(World(), {"targets": targets})
    monkeypatch.setattr(deploy, "ControlTable", lambda **_: made.table)
    monkeypatch.setattr(boto3, "client", lambda *_args, **_more: None)
    return made


def test_switching_off_waits_until_what_sleeps_is_awake(world: World) -> None:
    assert deploy.refused_switch("dev", OFF) is None
    tick(world, FRIDAY)
    refused = deploy.refused_switch("dev", OFF)
    assert refused
    assert refused.startswith("dev sleeps, and with NightScaling=off nobody would wake it.")
    assert "toban wake dev --hours 2" in refused
    tick(world, MONDAY)
    assert deploy.refused_switch("dev", OFF) is None


def test_a_member_of_a_fleet_that_sleeps_counts(world: World) -> None:
    member = World(settings=world.settings._replace(environment="dev/search"), table=world.table)
    tick(world, FRIDAY)
    asleep = world.table.recall("dev").notes["night_scaling/snapshot"]
    tick(world, MONDAY)
    member.table.put_note("dev/search", "night_scaling/snapshot", asleep.values)
    refused = deploy.refused_switch("dev", OFF)
    assert refused
    assert refused.startswith("dev/search sleeps")


def test_whoever_leaves_it_on_is_not_asked(world: World) -> None:
    tick(world, FRIDAY)
    assert deploy.refused_switch("dev", {"parameter_overrides": "Environment=dev NightScaling=on"}) is None
    assert deploy.refused_switch("dev", {"parameter_overrides": "Environment=dev"}) is None


@pytest.mark.parametrize(
    ("error", "refused"),
    [
        (PermanentError("AWS answered ResourceNotFoundException while reading dev: no table"), False),
        (TemporaryError("AWS answered ThrottlingException while reading dev: slow down"), True),
        (PermanentError("AWS answered AccessDeniedException while reading dev: no"), True),
    ],
)
def test_what_cannot_be_read_is_not_taken_for_awake_unless_there_is_nothing_yet(
    world: World,
    error: Exception,
    refused: bool,  # noqa: FBT001 - a case's answer
) -> None:
    def fail(_target: str) -> Any:
        raise error

    world.table.recall = fail  # type: ignore[method-assign] # a fault of this test
    found = deploy.refused_switch("dev", OFF)
    assert bool(found) is refused
    assert found is None or str(error) in found
