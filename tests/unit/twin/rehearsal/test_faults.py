"""Each fault of a rehearsal breaks what it says, is told in the timeline, and is mended whole."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

from twin.cluster.shapes import is_true, labels_of
from twin.rehearsal import Faults, UnknownFault
from twin.rehearsal.faults import KINDS
from twin.world import open_world, read_deployments

if TYPE_CHECKING:
    from collections.abc import Iterator

    from twin.world import World

ROOT = Path(__file__).resolve().parents[4]
NOON = datetime(2026, 12, 7, 3, tzinfo=UTC)
API = ("deployments.apps", "app-production", "api-service")


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    dev = read_deployments(ROOT / "samconfig.toml", ("dev",))
    with open_world(ROOT / "template.yaml", begin=NOON, seed=0, deployments=dev) as opened:
        yield opened


@pytest.fixture
def faults(world: World) -> Iterator[Faults]:
    made = Faults(world)
    yield made
    for each in made.listing():
        made.lift(each["id"])
    pass_by(world, minutes=30)


def pass_by(world: World, **span: float) -> None:
    world.run_until(world.clock.now + timedelta(**span))


def ready_nodes(world: World) -> int:
    return world.environments["dev"].cluster.readiness.nodes


def ready_pods(world: World) -> int:
    found = world.environments["dev"].cluster.objects.get(*API)
    assert found is not None
    return int(found["status"].get("readyReplicas", 0))


def test_a_fault_is_told_listed_and_lifted(world: World, faults: Faults) -> None:
    added = faults.add("no-capacity", "dev", "spot")

    assert faults.listing() == [added]
    assert faults.lift(added["id"]) == added
    assert faults.listing() == []
    told = [(entry.subject, entry.what) for entry in world.timeline.of("fault")][-2:]
    assert told == [("dev/no-capacity spot", "began"), ("dev/no-capacity spot", "lifted")]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("no-capcity", "dev", ""), "did you mean no-capacity"),
        (("no-capacity", "test", ""), "the twin has dev"),
        (("no-capacity", "dev", "gpu"), "no node group 'gpu'"),
        (("dead-node", "dev", "ip-1"), "no Ready node 'ip-1'"),
        (("lost-zone", "dev", "mars-1a"), "no zone 'mars-1a'"),
        (("frozen-database", "dev", "other"), "no database 'other'"),
        (("bad-release", "dev", "v2"), "nothing to choose"),
    ],
)
def test_what_is_not_there_is_refused_in_words(
    faults: Faults, asked: tuple[str, str, str], said: str
) -> None:
    with pytest.raises(UnknownFault, match=said):
        faults.add(*asked)
    with pytest.raises(UnknownFault, match="No fault 99"):
        faults.lift(99)
    assert faults.listing() == []


def test_without_capacity_a_group_waits_and_gets_its_node_afterwards(world: World, faults: Faults) -> None:
    spot = next(group for group in world.environments["dev"].groups if group.name == "spot")
    fault = faults.add("no-capacity", "dev", "spot")
    spot.terminate(spot.alive()[0].id, decrement=False)
    pass_by(world, minutes=20)
    assert ready_nodes(world) == 5

    faults.lift(fault["id"])
    pass_by(world, minutes=20)
    assert ready_nodes(world) == 6


def test_a_budget_that_blocks_lets_no_pod_go(world: World, faults: Faults) -> None:
    faults.add("blocked-budget", "dev")
    pass_by(world, minutes=5)

    budget = world.environments["dev"].cluster.objects.get(
        "poddisruptionbudgets.policy", "app-production", "legacy-billing"
    )
    assert budget is not None
    assert budget["status"]["disruptionsAllowed"] == 0


@pytest.mark.parametrize(
    ("kind", "service"), [("throttle", ""), ("throttle", "dynamodb"), ("lost-region", "")]
)
def test_the_functions_calls_are_refused_and_a_persons_are_not(
    world: World, faults: Faults, kind: str, service: str
) -> None:
    faults.add(kind, "dev", service)
    asked = world.account.client(service or "eks")
    call = asked.list_tables if service == "dynamodb" else asked.list_clusters

    assert call()
    with (
        world.api_calls.made_by("some-function"),
        pytest.raises(ClientError, match=r"Throttling|Unavailable"),
    ):
        call()


def test_a_silent_nodes_pods_run_elsewhere_and_it_comes_back(world: World, faults: Faults) -> None:
    fault = faults.add("dead-node", "dev")
    pass_by(world, minutes=10)
    assert ready_nodes(world) == 5
    assert ready_pods(world) == 2

    faults.lift(fault["id"])
    pass_by(world, minutes=5)
    assert ready_nodes(world) == 6


def test_a_lost_zone_has_no_ready_node(world: World, faults: Faults) -> None:
    faults.add("lost-zone", "dev", "ap-northeast-1c")
    pass_by(world, minutes=10)

    zones = {
        labels_of(node)["topology.kubernetes.io/zone"]
        for node in world.environments["dev"].cluster.nodes()
        if is_true(node, "Ready")
    }
    assert zones == {"ap-northeast-1a", "ap-northeast-1d"}


def test_a_leak_takes_the_autoscaler_to_its_limit(world: World, faults: Faults) -> None:
    faults.add("leaking-pod", "dev")
    pass_by(world, minutes=15)
    cluster = world.environments["dev"].cluster
    scaler = cluster.objects.get("horizontalpodautoscalers.autoscaling", "app-production", "api-service-hpa")

    assert scaler is not None
    assert scaler["status"]["currentReplicas"] == scaler["spec"]["maxReplicas"]


def test_a_bad_release_stands_still_and_the_old_pods_serve_on(world: World, faults: Faults) -> None:
    before = world.environments["dev"].cluster.objects.get(*API)
    fault = faults.add("bad-release", "dev")
    pass_by(world, minutes=10)
    during = world.environments["dev"].cluster.objects.get(*API)
    assert before is not None
    assert during is not None
    assert during["status"]["unavailableReplicas"] > 0
    assert ready_pods(world) >= 2

    faults.lift(fault["id"])
    pass_by(world, minutes=10)
    after = world.environments["dev"].cluster.objects.get(*API)
    assert after is not None
    assert after["spec"]["template"] == before["spec"]["template"]
    assert not after["status"].get("unavailableReplicas")


def test_a_frozen_database_neither_stops_nor_starts(world: World, faults: Faults) -> None:
    fault = faults.add("frozen-database", "dev")
    rds = world.account.client("rds")
    with pytest.raises(ClientError, match="InvalidDBInstanceState"):
        rds.stop_db_instance(DBInstanceIdentifier="taskmanager-dev")

    faults.lift(fault["id"])
    assert rds.describe_db_instances()["DBInstances"][0]["DBInstanceStatus"] == "available"


def test_every_kind_has_a_test_here_or_where_the_alarms_are_played() -> None:
    played = ROOT / "tests/integration/twin/test_stack_alarms.py"
    text = Path(__file__).read_text(encoding="utf-8") + played.read_text(encoding="utf-8")
    assert [kind for kind in KINDS if text.count(f'"{kind}"') == 0] == []
