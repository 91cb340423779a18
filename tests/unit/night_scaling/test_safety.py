"""What keeps Toban from harm: a week of observing, a kill switch, a believed inventory, peace with others."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.core import names
from functions.core.cluster import Workload
from functions.core.nodegroups import Size
from functions.core.other_controllers import OtherControllers
from functions.night_scaling.policy import inventory
from functions.night_scaling.policy.coexistence import describe
from functions.runs.policy.guards import observing_until
from tests.fakes.eks import FakeNodegroups
from tests.fakes.world import SETTINGS, World
from tests.unit.night_scaling.nights import (
    EVENING,
    FRIDAY,
    MONDAY,
    MORNING,
    TICK,
    asleep,
    saved_capacity,
    tick,
    told_of_failures,
)
from tests.unit.night_scaling.worlds import with_document


def test_the_first_week_only_tells_the_team_what_would_happen() -> None:
    world = World(settings=SETTINGS._replace(observe_days=7))
    before = world.capacity()
    paths = [tick(world, at).path for at in (EVENING, EVENING + TICK, FRIDAY, FRIDAY + TICK)]
    looked, quiet = (
        ["Asked", "PlanNight", "Route", "CheckAccess", "Done"],
        ["Asked", "PlanNight", "Route", "Quiet"],
    )
    assert paths == [looked, quiet, looked, quiet], "the cluster is read once a day, to see that it can be"
    assert world.capacity() == before
    told_of = [subject for subject, _ in world.notices.pages if "would go" in subject]
    assert told_of == ["Toban dev: would go to night now", "Toban dev: would go to stop now"]
    assert not world.pager.pages
    tick(world, EVENING + timedelta(days=7))
    assert world.nodegroups.groups["primary"].size.desired == 2


@given(days=st.integers(0, 90), passed=st.integers(0, 200))
def test_observing_ends_exactly_when_its_days_are_over(days: int, passed: int) -> None:
    now = EVENING + timedelta(days=passed)
    until = observing_until({"since": EVENING.isoformat()}, days=days, now=now)
    assert (until is not None) == (passed < days)


def pause(world: World, *, on: bool) -> None:
    note = world.table.recall("dev").note(names.PAUSE_NOTE)
    values = {"by": "aoi", "reason": "incident"} if on else {}
    assert world.table.write_note("dev", names.PAUSE_NOTE, values, over=note.revision)


def test_the_kill_switch_stops_every_change_and_a_missed_opening_is_still_paged() -> None:
    world = World()
    tick(world, EVENING)
    sleeping = world.capacity()
    pause(world, on=True)
    for at in (MORNING, MORNING + timedelta(minutes=25)):
        assert tick(world, at).path[-1] == "Quiet"
    assert world.capacity() == sleeping
    assert [subject for subject, _ in world.pager.pages] == ["Toban dev: not ready at opening"]
    pause(world, on=False)
    tick(world, MORNING + timedelta(minutes=35))
    assert saved_capacity(world) is None


def test_the_kill_switch_stops_a_run_before_its_next_change() -> None:
    world = World()
    effects: list[str] = []

    def switch(name: str, effect: object) -> object:
        effects.append(name)
        if name == "cluster.suspend":
            pause(world, on=True)
        return effect()  # type: ignore[operator] # the effect to let through

    walk = tick(world.watched(switch), FRIDAY)
    assert walk.path[-1] == "GivenUp"
    assert "paused by aoi" in told_of_failures(world)[0]
    assert "nodegroups.resize" not in effects
    assert world.table.recall("dev").lock is None


def three_groups() -> World:
    names = ("a", "b", "c")
    groups = FakeNodegroups(dict.fromkeys(names, Size(1, 1, 2)))
    return World(settings=SETTINGS._replace(nodegroups=names), nodegroups=groups)


@pytest.mark.parametrize(("gone", "sleeps"), [(("a",), True), (("a", "b"), False), (("a", "b", "c"), False)])
def test_a_sleep_is_refused_when_most_node_groups_of_yesterday_are_gone(
    gone: tuple[str, ...], *, sleeps: bool
) -> None:
    world = with_document(three_groups(), {})
    tick(world, EVENING - timedelta(hours=1))
    for name in gone:
        del world.nodegroups.groups[name]
    walk = tick(world, EVENING)
    assert (walk.path[-1] == "Done") == sleeps
    if not sleeps:
        assert any("node group" in message for _, message in world.pager.pages)
        assert "BeginRun" not in walk.path


def test_a_removal_that_was_meant_is_taken_for_one_after_a_day() -> None:
    world = with_document(three_groups(), {})
    tick(world, EVENING - timedelta(days=1, hours=1))
    del world.nodegroups.groups["a"], world.nodegroups.groups["b"]
    assert tick(world, EVENING).path[-1] == "Done"


def test_a_cluster_that_lists_no_nodes_or_no_workloads_where_there_were_some_is_not_believed() -> None:
    world = World()
    real = world.cluster.nodes
    world.cluster.nodes = lambda: ()
    assert tick(world, FRIDAY).path[-1] == "GivenUp"
    assert "lists none of the 3 nodes" in told_of_failures(world)[0]
    assert saved_capacity(world) is None
    world.cluster.nodes = real
    world.cluster.by_key["Deployment app/third"] = Workload("Deployment", "app", "third", 1)
    tick(world, FRIDAY + TICK)
    tick(world, MONDAY)
    workloads = world.cluster.by_key
    world.cluster.by_key = {}
    evening = MONDAY + timedelta(hours=15)
    assert tick(world, evening).path[-1] == "GivenUp"
    assert "no workload has opted in, where 3 had" in told_of_failures(world)[-1]
    world.cluster.by_key = workloads
    assert tick(world, evening + TICK).path[-1] == "Done"


def test_what_the_document_protects_is_never_touched() -> None:
    protected = {
        "targets": [
            {
                "name": "t",
                "cluster": "c",
                "nodegroups": [
                    {"name": "a", "instance_type": "t3.medium", "min": 1, "desired": 1, "max": 2},
                ],
                "databases": [{"name": "taskmanager-dev", "instance_class": "db.t3.micro"}],
            }
        ],
        "protected": {"nodegroups": ["a"], "workloads": ["app/worker"], "databases": ["taskmanager-dev"]},
    }
    world = with_document(three_groups(), protected)
    tick(world, FRIDAY)
    assert world.nodegroups.groups["a"].size == Size(1, 1, 2)
    assert world.nodegroups.groups["b"].size == Size(0, 0, 2)
    assert world.cluster.by_key["Deployment app/worker"].replicas == 2
    assert world.databases.states == {"taskmanager-dev": "available"}
    namespace = with_document(World(), {"protected": {"namespaces": ["app"]}})
    tick(namespace, FRIDAY)
    assert {one.replicas for one in namespace.cluster.by_key.values()} == {3, 2}


def test_a_drain_takes_no_more_of_a_group_at_a_time_than_its_share() -> None:
    world = World()
    world.nodegroups.resize("primary", Size(2, 6, 6))
    world.cluster.pods = {}
    with_document(world, {"caps": {"share_per_tick_percent": 20}})
    ended: list[str] = []
    passes: list[int] = []

    def count(name: str, effect: object) -> object:
        if name == "nodegroups.retire":
            ended.append(name)
        return effect()  # type: ignore[operator] # the effect to let through

    walk = tick(world.watched(count), FRIDAY)
    passes = [walk.path.count("DrainNodes"), len(ended)]
    assert passes[1] == 6
    assert passes[0] >= 4, "two of six, then one of four, and so on"
    asleep(world)


def test_pkd_145_what_argo_cd_would_put_back_is_left_alone_and_said() -> None:
    world = World()
    world.cluster.neighbours = OtherControllers(
        cluster_autoscaler="kube-system/cluster-autoscaler",
        nodepools=("default",),
        restored={"Deployment app/worker": "task-manager"},
        unseen=("nodepools.karpenter.sh",),
    )
    tick(world, EVENING)
    assert world.cluster.by_key["Deployment app/worker"].replicas == 2
    assert world.cluster.by_key["Deployment app/api-service"].replicas == 1
    run = next(iter(world.table.runs.values()))
    found = [did for did in run["did"] if did.startswith(("found", "could not"))]  # type: ignore[union-attr] # sentences
    assert [sentence.split(" (")[0].split(":")[0] for sentence in found] == [
        "found HorizontalPodAutoscalers",
        "found Cluster Autoscaler",
        "found Karpenter",
        "found Argo CD healing Deployment app/worker",
        "could not look for nodepools.karpenter.sh",
    ]


def test_nodes_that_cluster_autoscaler_brings_back_end_the_run_without_a_fight() -> None:
    world = World()
    world.cluster.neighbours = OtherControllers(cluster_autoscaler="kube-system/cluster-autoscaler")
    real = world.nodegroups.retire

    def regrow(instance_id: str) -> bool:
        answer = real(instance_id)
        size = world.nodegroups.groups["primary"].size
        if size.desired < 2:
            world.nodegroups.resize("primary", size._replace(desired=2))
        return bool(answer)

    world.nodegroups.retire = regrow
    walk = tick(world, FRIDAY)
    assert walk.path[-1] == "Done"
    assert not world.pager.pages
    assert world.nodegroups.groups["primary"].size == Size(0, 2, 6)


def test_a_toban_that_is_alone_says_nothing() -> None:
    assert describe(OtherControllers(), ()) == ()


group_names = st.sets(st.sampled_from("abcdef"), max_size=6)


@given(before=group_names, after=group_names, hours=st.integers(0, 48))
def test_an_inventory_that_lost_more_than_half_within_a_day_is_doubted_and_no_other(
    before: set[str], after: set[str], hours: int
) -> None:
    values = inventory.remembered({}, before, now=EVENING) or {}
    now: datetime = EVENING + timedelta(hours=hours)
    gone = inventory.vanished(values, after, now=now)
    assert bool(gone) == (hours <= 24 and 2 * len(before - after) > len(before))


@given(first=group_names, second=group_names)
def test_a_quiet_inventory_is_not_written_again(first: set[str], second: set[str]) -> None:
    written = inventory.remembered({}, first, now=EVENING)
    if first and second <= first:
        assert written is not None
        assert inventory.remembered(written, second, now=EVENING + timedelta(minutes=59)) is None
        assert inventory.remembered(written, second, now=EVENING + timedelta(minutes=60)) is not None
