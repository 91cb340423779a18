"""What it means that nothing can be decided: money, until an opening passes; then somebody is paged."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from functions.core.errors import TemporaryError
from functions.night_scaling.policy.snapshot import snapshot_of
from tests.fakes.world import World
from tests.unit.night_scaling.nights import EVENING, FRIDAY, MORNING, TICK, tick


def throttled(world: World) -> World:
    """Returns the same world, where EKS answers nothing any more."""

    def refuse(name: str, call: Any) -> Any:
        if name == "nodegroups.describe":
            raise TemporaryError("AWS answered ThrottlingException while reading node group primary")
        return call()

    return world.watched(refuse, reads=True)


def test_an_evening_that_cannot_be_decided_costs_money_and_wakes_nobody() -> None:
    world = World()
    tick(throttled(world), EVENING)
    assert not world.pager.pages
    assert any("decision was given up" in subject for subject, _ in world.notices.pages)


def test_an_opening_that_cannot_be_decided_pages_although_the_night_was_told_of_already() -> None:
    world = World()
    tick(world, EVENING)
    sick = throttled(world)
    tick(sick, EVENING + timedelta(hours=5), "night")
    assert not world.pager.pages
    for number in range(6):
        tick(sick, MORNING + number * TICK, f"morning-{number}")
    [(subject, text)] = world.pager.pages
    assert subject == "Toban dev: night scaling decision was given up"
    assert "Who is hurt: whoever uses dev: it should be awake, and nothing can wake it now." in text


def test_giving_up_that_dies_and_is_tried_again_counts_one_attempt() -> None:
    world = World()
    world.cluster.forbidden.add("coredns-node-1")
    told = 0

    def die(name: str, call: Any) -> Any:
        nonlocal told
        if name == "notices.page":
            told += 1
        return call()

    tick(world.watched(die), FRIDAY)
    snapshot = snapshot_of(world.table.recall("dev"))
    assert snapshot
    assert snapshot.attempts == 1
