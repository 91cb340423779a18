"""The twin's world is what the repository's stacks and manifests say, and is said nowhere else."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from functions.night_scaling.bundled import SCHEDULES
from functions.night_scaling.schedule.document import parse_schedule
from twin.world import open_world, read_deployments

if TYPE_CHECKING:
    from collections.abc import Iterator

    from twin.world import World

ROOT = Path(__file__).resolve().parents[3]
NOON = datetime(2026, 12, 7, 3, tzinfo=UTC)


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with open_world(ROOT / "template.yaml", begin=NOON, seed=0) as opened:
        yield opened


@pytest.mark.parametrize("environment", ["dev", "prod"])
def test_the_bundled_schedule_names_every_node_group_and_database_of_the_stacks(
    world: World, environment: str
) -> None:
    document = parse_schedule((SCHEDULES / f"{environment}.json").read_text(encoding="utf-8"))
    [target] = document.targets
    eks, rds = world.account.client("eks"), world.account.client("rds")
    made = [
        eks.describe_nodegroup(clusterName=target.cluster, nodegroupName=name)["nodegroup"]
        for name in eks.list_nodegroups(clusterName=target.cluster)["nodegroups"]
    ]
    databases = [
        each
        for each in rds.describe_db_instances()["DBInstances"]
        if {"Key": "toban.dev/environment", "Value": environment} in each["TagList"]
    ]

    assert {
        (
            each["nodegroupName"], each["instanceTypes"][0], each["capacityType"] == "SPOT",
            *(each["scalingConfig"][size] for size in ("minSize", "desiredSize", "maxSize")),
        )
        for each in made
    } == {
        (each.name, each.instance_type, each.spot, each.minimum, each.desired, each.maximum)
        for each in target.nodegroups
    }  # fmt: skip
    assert {
        (each["DBInstanceIdentifier"], each["DBInstanceClass"], each["MultiAZ"]) for each in databases
    } == {tuple(each) for each in target.databases}


def test_the_control_plane_may_scale_every_group_that_its_schedule_names() -> None:
    for deployment in read_deployments(ROOT / "samconfig.toml"):
        [target] = parse_schedule((SCHEDULES / f"{deployment.environment}.json").read_text("utf-8")).targets
        allowed = deployment.parameters["NodeGroups"].split(",")
        assert {group.name for group in target.nodegroups} == set(allowed)


def test_nodes_are_spread_over_the_stacks_zones_and_labelled_as_the_stacks_say(world: World) -> None:
    for environment in world.environments.values():
        nodes = environment.cluster.nodes()
        assert len(nodes) == 6
        assert {node["metadata"]["labels"]["toban.dev/capacity"] for node in nodes} == {"on-demand", "spot"}
        assert len({node["metadata"]["labels"]["topology.kubernetes.io/zone"] for node in nodes}) == 3


def test_what_the_overlay_asks_for_runs(world: World) -> None:
    for environment in world.environments.values():
        waiting = [
            pod["metadata"]["name"]
            for pod in environment.cluster.objects.listing("pods")
            if pod["status"]["phase"] not in ("Running", "Succeeded")
        ]
        assert waiting == []
