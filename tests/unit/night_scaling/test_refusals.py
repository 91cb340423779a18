"""One refusal decides for one thing alone, and what cannot be given back is not taken."""

from __future__ import annotations

from datetime import timedelta

import pytest

from functions.core.cluster import Pod, Workload
from functions.core.errors import PermanentError, TemporaryError
from functions.core.nodegroups import Size
from functions.night_scaling.policy.snapshot import Phase
from tests.fakes.rds import FakeDatabases
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

TWO_BUDGETS = (
    "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support."
)


def test_a_pod_that_cannot_be_evicted_keeps_its_node_alone_and_the_database_sleeps() -> None:
    """kubernetes/kubernetes#75957: the API answers 500, not 429, for a pod under two budgets."""
    world = World()
    real = world.cluster.evict

    def evict(pod: Pod) -> str | None:
        return f"kube-system/{pod.name}: {TWO_BUDGETS}" if pod.name == "coredns-node-1" else real(pod)

    world.cluster.evict = evict
    walk = tick(world, FRIDAY)
    assert [node.name for node in world.cluster.nodes()] == ["node-1"]
    assert not world.cluster.nodes()[0].cordoned
    assert world.databases.states == {"taskmanager-dev": "stopped"}
    [text] = told_of_failures(world)
    assert "coredns-node-1" in text
    assert TWO_BUDGETS in text
    for number in range(1, 40):
        tick(world, walk.now + number * TICK, f"n{number}")
    assert len(told_of_failures(world)) == 1
    assert not world.pager.pages
    tick(world, MONDAY)
    assert world.nodegroups.groups["primary"].size == Size(2, 3, 6)


def test_an_eviction_without_an_answer_keeps_its_node_alone() -> None:
    world = World()
    real = world.cluster.evict

    def evict(pod: Pod) -> str | None:
        if pod.name == "coredns-node-2":
            raise TemporaryError("The cluster could not be reached while evicting pod: timed out")
        return real(pod)

    world.cluster.evict = evict
    tick(world, FRIDAY)
    assert [node.name for node in world.cluster.nodes()] == ["node-2"]


def with_bare_pod(reason: str | None = "no controller would bring it back") -> World:
    world = World()
    world.cluster.pods["node-1"].append(Pod("app", "import-by-hand", kept_because=reason))
    return world


def test_a_pod_that_no_controller_brings_back_keeps_its_node_and_is_named_once() -> None:
    """aws/karpenter-provider-aws#2088: a drain must not delete for ever what nobody makes again."""
    world = with_bare_pod()
    walk = tick(world, FRIDAY)
    assert walk.path[-1] == "Done", "the sleep is verified without that node"
    assert [node.name for node in world.cluster.nodes()] == ["node-1"]
    assert world.databases.states == {"taskmanager-dev": "stopped"}
    assert any(pod.name == "import-by-hand" for pod in world.cluster.pods["node-1"])
    assert not world.cluster.nodes()[0].cordoned
    assert len(world.cluster.pods["node-1"]) == 2, "nobody else on it is disturbed"
    for number in range(1, 30):
        tick(world, walk.now + number * TICK, f"n{number}")
    [text] = [text for subject, text in world.notices.pages if "keeps 1 up" in subject]
    assert "pod app/import-by-hand: no controller would bring it back" in text
    assert not told_of_failures(world)


def test_the_morning_after_a_kept_node_blames_nobody_and_gives_back_what_was() -> None:
    world = with_bare_pod()
    tick(world, FRIDAY)
    assert world.nodegroups.groups["primary"].size == Size(0, 1, 6)
    tick(world, MONDAY)
    assert world.nodegroups.groups["primary"].size == Size(2, 3, 6)
    wake = next(run for run in world.table.runs.values() if run["action"] == "wake")
    assert not [did for did in wake["did"] if did.startswith("someone changed")]  # type: ignore[union-attr] # sentences


def test_a_night_that_keeps_nodes_anyway_keeps_those_with_such_pods() -> None:
    world = with_bare_pod()
    tick(world, EVENING)
    assert world.nodegroups.groups["primary"].size == Size(2, 2, 6)
    assert "node-1" in [node.name for node in world.cluster.nodes()]
    assert not [subject for subject, _ in world.notices.pages if "keeps" in subject]


def test_a_label_lets_the_pod_go() -> None:
    world = with_bare_pod(None)
    tick(world, FRIDAY)
    asleep(world)


def with_databases(**never: str) -> World:
    world = World(
        settings=SETTINGS._replace(databases=("taskmanager-dev", "reports")),
        databases=FakeDatabases("taskmanager-dev", "reports"),
    )
    world.databases.never = never
    return world


def test_a_database_that_aws_never_stops_is_left_said_once_and_not_asked() -> None:
    """aws-solutions/instance-scheduler-on-aws#511."""
    world = with_databases(reports="it has a read replica")
    asked: list[str] = []
    real = world.databases.stop
    world.databases.stop = lambda name: (asked.append(name), real(name))
    walk = tick(world, FRIDAY)
    assert walk.path[-1] == "Done"
    assert asked == ["taskmanager-dev"]
    assert world.databases.states == {"taskmanager-dev": "stopped", "reports": "available"}
    tick(world, MONDAY)
    tick(world, FRIDAY + timedelta(days=7))
    told = [text for subject, text in world.notices.pages if "keeps 1 up" in subject]
    assert len(told) == 1
    assert "database reports: AWS never stops it, because it has a read replica" in told[0]


def test_a_database_that_aws_refuses_unforeseen_is_left_and_the_night_is_verified_without_it() -> None:
    world = with_databases()
    world.databases.refused = {"reports"}
    walk = tick(world, FRIDAY)
    assert walk.path[-1] == "Done"
    assert world.databases.states == {"taskmanager-dev": "stopped", "reports": "available"}
    assert not told_of_failures(world)
    assert saved_capacity(world).databases == ("taskmanager-dev",)
    tick(world, MONDAY)
    assert set(world.databases.states.values()) == {"available"}


def test_a_database_that_is_being_backed_up_at_ten_sleeps_as_well() -> None:
    world = World()
    world.databases.states["taskmanager-dev"] = "backing-up"
    tick(world, FRIDAY)
    asleep(world)


@pytest.mark.parametrize("error", [PermanentError, TemporaryError])
def test_a_workload_that_cannot_be_scaled_keeps_nothing_else_up(error: type[Exception]) -> None:
    world = World()
    real = world.cluster.scale

    def scale(workload: Workload, replicas: int) -> None:
        if workload.name == "api-service":
            raise error("The cluster answered 403 while scaling api-service: a webhook says no")
        real(workload, replicas)

    world.cluster.scale = scale
    tick(world, FRIDAY)
    assert world.cluster.by_key["Deployment app/worker"].replicas == 0
    assert world.nodegroups.groups["primary"].size.desired == 0
    assert world.databases.states == {"taskmanager-dev": "stopped"}
    assert "api-service has 3 replicas instead of 0" in told_of_failures(world)[0]


def test_one_database_that_does_not_start_keeps_neither_nodes_nor_workloads_down() -> None:
    world = with_databases()
    tick(world, FRIDAY)
    real = world.databases.start

    def start(name: str) -> None:
        if name == "reports":
            raise PermanentError("AWS answered AccessDenied while starting database reports: no")
        real(name)

    world.databases.start = start
    tick(world, MONDAY)
    assert world.databases.states["taskmanager-dev"] == "available"
    assert world.cluster.by_key["Deployment app/worker"].replicas == 2
    assert "reports" in world.pager.pages[0][1]


def test_what_was_ill_in_the_evening_is_not_owed_in_the_morning() -> None:
    world = World()
    world.cluster.unready.add("Deployment app/worker")
    tick(world, EVENING)
    walk = tick(world, MORNING)
    assert walk.path[-1] == "Done"
    assert world.cluster.by_key["Deployment app/worker"].replicas == 2
    assert not world.pager.pages


def test_what_was_well_in_the_evening_is_owed_in_full() -> None:
    world = World()
    tick(world, EVENING)
    world.cluster.unready.add("Deployment app/worker")
    assert tick(world, MORNING).path[-1] == "GivenUp"
    assert "0 of 2 pods of Deployment app/worker are ready" in world.pager.pages[-1][1]


def test_a_workload_and_a_cronjob_that_opt_out_at_night_get_back_what_was_taken() -> None:
    world = World()
    before = world.capacity()
    tick(world, FRIDAY)
    world.cluster.opted_out = {"Deployment app/worker", "CronJob app/report"}
    tick(world, MONDAY)
    assert world.capacity() == before


def test_a_persons_cordon_survives_a_drain_that_is_given_up() -> None:
    world = World()
    world.cluster.forbidden.add("coredns-node-1")
    node = world.nodegroups.nodes["node-1"]
    world.nodegroups.nodes["node-1"] = node._replace(cordoned=True)
    tick(world, FRIDAY)
    assert [(node.name, node.cordoned) for node in world.cluster.nodes()] == [("node-1", True)]


@pytest.mark.parametrize(
    ("nodes", "percent", "most"), [(2, 50, 1), (3, 25, 1), (3, 50, 1), (4, 50, 2), (6, 20, 1)]
)
def test_a_pass_of_a_drain_takes_a_share_that_is_rounded_down_and_at_least_one(
    nodes: int, percent: int, most: int
) -> None:
    from tests.unit.night_scaling.worlds import with_document  # noqa: PLC0415 - beside its one use

    world = with_document(World(), {"caps": {"share_per_tick_percent": percent}})
    world.nodegroups.resize("primary", Size(1, nodes, 6))
    world.cluster.pods = {
        name: [Pod("kube-system", f"dns-{name}"), Pod("app", f"x-{name}")] for name in world.nodegroups.nodes
    }
    world.cluster.forbidden = {f"dns-{name}" for name in world.nodegroups.nodes}
    moved: dict[int, set[str]] = {}
    real, path = world.cluster.evict, []

    def evict(pod: Pod) -> str | None:
        said = real(pod)
        if said is None:
            moved.setdefault(len(path), set()).add(pod.name)
        return said

    def nodes_now() -> object:
        path.append(0)
        return listed()

    listed = world.cluster.nodes
    world.cluster.evict, world.cluster.nodes = evict, nodes_now
    tick(world, FRIDAY)
    assert max(len(pods) for pods in moved.values()) == most


def test_a_wake_to_a_mode_that_keeps_the_database_down_waits_for_none() -> None:
    from tests.unit.night_scaling.test_holds_at_night import hold  # noqa: PLC0415 - beside its one use
    from tests.unit.night_scaling.worlds import with_document  # noqa: PLC0415 - beside its one use

    modes = {
        "night": {"nodegroups": 1, "workloads": "reduced", "database": "stopped"},
        "stop": {"nodegroups": 0, "workloads": "stopped", "database": "stopped"},
    }
    world = with_document(World(), {"modes": modes})
    hold(world, EVENING, 3, kind="sleep_now", mode="stop")
    tick(world, EVENING)
    world.databases.states["taskmanager-dev"] = "available"  # a person looks something up
    walk = tick(world, EVENING + timedelta(hours=3))
    assert walk.path[-1] == "Done"
    assert not world.pager.pages
    assert saved_capacity(world).phase is Phase.ASLEEP


def test_groups_that_are_all_gone_fail_no_run_and_are_told_once() -> None:
    world = World()
    world.settings = SETTINGS._replace(nodegroups=("gone",))
    walks = [tick(world, FRIDAY + number * TICK, f"n{number}") for number in range(6)]
    assert {walk.path[-1] for walk in walks} == {"Quiet"}
    assert len(world.pager.pages) == 1


def test_a_wake_is_not_verified_while_a_database_is_starting() -> None:
    world = World()
    tick(world, FRIDAY)
    world.databases.slow = 10_000
    assert tick(world, MONDAY).path[-1] == "GivenUp"
    assert "database taskmanager-dev is starting" in world.pager.pages[-1][1]


def test_a_node_that_a_run_left_cordoned_is_opened_by_the_wake() -> None:
    world = World()
    tick(world, EVENING)
    name = next(iter(world.nodegroups.nodes))
    world.cluster.cordon(name, by="night_scaling")
    tick(world, MORNING)
    assert not [node.name for node in world.cluster.nodes() if node.cordoned]
