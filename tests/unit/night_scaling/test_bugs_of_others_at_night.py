"""Bugs of other off-hours tools in what they do, each named after it.

The schedule's own stand beside the schedule.

Where the faulty rule is short it stands here as a function, and the test shows its wrong answer for the same
case.
"""

import contextlib
from collections.abc import Callable
from datetime import timedelta

import pytest

from functions.core.cluster import Bounds, Workload
from functions.core.errors import PermanentError
from functions.core.nodegroups import Size
from functions.night_scaling.policy.desired_capacity import desired_capacity
from functions.night_scaling.policy.snapshot import Phase, Snapshot
from functions.night_scaling.schedule.model import Layers
from tests.fakes.eks import FakeNodegroups
from tests.fakes.world import SETTINGS, World
from tests.unit.night_scaling.nights import (
    EVENING,
    FRIDAY,
    MONDAY,
    MORNING,
    TICK,
    Crash,
    asleep,
    saved_capacity,
    tick,
)


def c7n_saves(saved: Size | None, now: Size) -> Size:
    """Saves what it finds, whenever it runs."""
    return now


def test_c7n_7064_a_second_run_in_the_off_hour_destroys_the_saved_sizes() -> None:
    day, night = Size(2, 3, 6), Size(0, 0, 6)
    assert c7n_saves(c7n_saves(None, day), night) == night, "the morning would restore nothing"
    world = World()
    tick(world, FRIDAY)
    for number in range(3):
        tick(world, FRIDAY + timedelta(minutes=number), f"again{number}")
    assert dict(saved_capacity(world).nodegroups) == {"primary": day}
    tick(world, MONDAY)
    assert world.nodegroups.groups["primary"].size == day


def pkd_original(saved: int | None, now: int) -> int:
    """Keeps what it saved only while the workload is at zero; anything else is taken for a new original."""
    return saved if saved is not None and now == 0 else now


def test_pkd_replicas_touched_at_night_become_the_original_for_ever() -> None:
    assert pkd_original(3, 1) == 1
    world = World()
    tick(world, FRIDAY)
    worker = world.cluster.by_key["Deployment app/worker"]
    world.cluster.scale(worker, 1)
    tick(world, MONDAY)
    assert world.cluster.by_key["Deployment app/worker"].replicas == 2
    tick(world, MONDAY + timedelta(hours=14, minutes=20))
    saved = {one.key: one.replicas for one in saved_capacity(world).workloads}
    assert saved["Deployment app/worker"] == 2


def test_kube_green_a_patch_that_fails_halfway_loses_what_was_already_put_to_sleep() -> None:
    """The capacity is in the table before the first change, so a death in the middle restores all of it."""
    world = World()
    before = world.capacity()

    def die(name: str, effect: Callable[[], object]) -> object:
        answer = effect()
        if name == "cluster.scale":
            raise Crash
        return answer

    with contextlib.suppress(Crash):
        tick(world.watched(die), FRIDAY, "dies")
    assert {one.replicas for one in world.cluster.by_key.values()} != {3, 2}, "it died in the middle"
    tick(world, FRIDAY + 5 * TICK)
    asleep(world)
    tick(world, MONDAY)
    assert world.capacity() == before


def test_kube_green_246_a_wake_missed_by_minutes_comes_with_the_next_tick() -> None:
    world = World()
    before = world.capacity()
    tick(world, EVENING)
    tick(world, MORNING + timedelta(minutes=27))
    assert world.capacity() == before


def test_instance_scheduler_304_one_that_cannot_start_does_not_keep_the_others_down() -> None:
    names = ("bad", "good")
    groups = FakeNodegroups(dict.fromkeys(names, Size(1, 1, 2)))
    world = World(settings=SETTINGS._replace(nodegroups=names), nodegroups=groups)
    tick(world, FRIDAY)
    real = groups.resize

    def resize(name: str, size: Size) -> None:
        if name == "bad":
            raise PermanentError("AWS answered InvalidParameterException while resizing node group bad")
        real(name, size)

    groups.resize = resize  # type: ignore[method-assign] # a fault of this test
    tick(world, MONDAY)
    assert groups.groups["good"].size == Size(1, 1, 2)
    assert world.cluster.by_key["Deployment app/worker"].replicas == 2
    assert any("bad" in message for _, message in world.pager.pages)


def test_instance_scheduler_577_an_old_size_is_not_kept_after_a_person_changed_it_by_day() -> None:
    world = World()
    tick(world, EVENING)
    tick(world, MORNING)
    world.nodegroups.resize("primary", Size(2, 5, 8))
    for day in (1, 2):
        tick(world, EVENING + timedelta(days=day))
        tick(world, MORNING + timedelta(days=day))
        assert world.nodegroups.groups["primary"].size == Size(2, 5, 8)


def test_instance_scheduler_42_a_database_that_aws_starts_after_a_week_is_not_forgotten() -> None:
    """`test_wake.py` plays the week; here, that the database alone decides, and only after a week."""
    from functions.night_scaling.policy.deadlines import RESTARTED_AFTER  # noqa: PLC0415 - the figure under test

    assert timedelta(days=6, hours=22) < RESTARTED_AFTER < timedelta(days=7)


def test_slash_infra_61_the_evenings_call_never_asks_for_a_max_that_eks_refuses() -> None:
    world = World(nodegroups=FakeNodegroups({"primary": Size(0, 1, 1)}))
    asked: list[Size] = []
    real = world.nodegroups.resize
    world.nodegroups.resize = lambda name, size: (asked.append(size), real(name, size))
    tick(world, FRIDAY)
    tick(world, MONDAY)
    assert asked
    assert all(size.max >= 1 for size in asked)


def test_hjacobs_49_an_autoscaler_is_bounded_before_its_workload_is_scaled() -> None:
    world = World()
    order: list[str] = []

    def note(name: str, effect: object) -> object:
        order.append(name)
        return effect()  # type: ignore[operator] # the effect to let through

    tick(world.watched(note), EVENING)
    assert order.index("cluster.bound") < order.index("cluster.scale")


def test_sleepcycles_9_a_wake_that_failed_is_tried_again_at_every_tick() -> None:
    world = World()
    before = world.capacity()
    tick(world, EVENING)
    real = world.nodegroups.resize

    def refuse(name: str, size: Size) -> None:
        raise PermanentError("no")

    world.nodegroups.resize = refuse
    tick(world, MORNING)
    world.nodegroups.resize = real
    tick(world, MORNING + TICK)
    assert world.capacity() == before


@pytest.mark.parametrize("mode", ["running", "reduced", "stopped"])
def test_pkd_58_an_autoscaler_is_never_given_a_minimum_of_zero(mode: str) -> None:
    saved = Workload("Deployment", "app", "api", replicas=3, bounds=Bounds("api", 2, 10))
    snapshot = Snapshot(
        "night", Layers(), Phase.FALLING_ASLEEP, EVENING, "x", nodegroups={}, workloads=(saved,)
    )
    (aimed,) = desired_capacity(snapshot, Layers(workloads=mode)).workloads
    assert aimed.bounds is not None
    assert aimed.bounds.min >= 1
