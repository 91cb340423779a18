"""The twin's world is what the repository's stacks and manifests say, and is said nowhere else."""

from __future__ import annotations

import random
import re
import shutil
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from functions.night_scaling.bundled import SCHEDULES
from functions.night_scaling.schedule.document import parse_schedule
from twin.cloudformation import TemplateError
from twin.manifests import ManifestError
from twin.world import open_world, read_deployments

if TYPE_CHECKING:
    from collections.abc import Iterator

    from twin.api_records import Call
    from twin.world import World

ROOT = Path(__file__).resolve().parents[3]
NOON = datetime(2026, 12, 7, 3, tzinfo=UTC)
COPIED = ("stacks", "cluster_manifests")
CHANCE = random.Random(13)  # noqa: S311 -- a sample that repeats
TEMPLATES = ("eks", "identities", "monitoring", "rds", "storage", "vpc")


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


def sample() -> Iterator[tuple[str, str]]:
    """Yields six resources of the stacks and four objects of the manifests, by file and name."""
    resources = [
        (f"stacks/{stack}.yaml", found)
        for stack in TEMPLATES
        for found in re.findall(
            r"^  (\w+):$",
            (ROOT / f"stacks/{stack}.yaml").read_text("utf-8").partition("\nResources:\n")[2],
            re.MULTILINE,
        )
        if found in yaml_keys(stack)
    ]
    objects = [
        (str(file.relative_to(ROOT)), file.name)
        for folder in ("base", "platform")
        for kustomization in sorted((ROOT / "cluster_manifests" / folder).rglob("kustomization.yaml"))
        for entry in yaml.safe_load(kustomization.read_text("utf-8")).get("resources", [])
        if (file := kustomization.parent / entry).is_file()
    ]
    yield from CHANCE.sample(resources, 6)
    yield from CHANCE.sample(objects, 4)


def yaml_keys(stack: str) -> set[str]:
    """Returns the logical ids of a template that dev makes: those without a condition."""
    text = (
        (ROOT / f"stacks/{stack}.yaml")
        .read_text("utf-8")
        .partition("\nResources:\n")[2]
        .partition("\nOutputs:\n")[0]
    )
    blocks = re.split(r"^  (?=\w+:$)", text, flags=re.MULTILINE)[1:]
    return {block.partition(":")[0] for block in blocks if "\n    Condition:" not in block}


def without(folder: Path, file: str, name: str) -> None:
    """Takes a resource out of a copied template, or an object out of a copied kustomization."""
    path = folder / file
    if file.startswith("stacks/"):
        text = path.read_text("utf-8")
        path.write_text(
            re.sub(rf"^  {name}:\n(?:    .*\n|\n|  #.*\n)*", "", text, count=1, flags=re.MULTILINE), "utf-8"
        )
        return
    kustomization = next(
        each / "kustomization.yaml"
        for each in path.parents
        if name in listed(each / "kustomization.yaml", path)
    )
    relative = str(path.relative_to(kustomization.parent))
    lines = kustomization.read_text("utf-8").splitlines(keepends=True)
    kustomization.write_text("".join(line for line in lines if line.strip() != f"- {relative}"), "utf-8")


def listed(kustomization: Path, file: Path) -> str:
    relative = str(file.relative_to(kustomization.parent))
    return (
        relative if kustomization.is_file() and f"- {relative}\n" in kustomization.read_text("utf-8") else ""
    )


def seen(root: Path) -> Any:
    """Returns what AWS was asked for and what the cluster holds, or the sentence that refused the world."""
    calls: list[str] = []

    def hear(call: Call) -> None:
        if not call.finished:
            calls.append(f"{call.service} {call.operation}")

    dev = read_deployments(root / "samconfig.toml", ("dev",))
    try:
        with ExitStack() as stack:
            world = stack.enter_context(
                open_world(root / "template.yaml", begin=NOON, seed=0, deployments=dev, on_call=hear)
            )
            store = world.environments["dev"].cluster.objects
            held = {
                f"{kind.name} {each['metadata'].get('namespace')}/{each['metadata']['name']}"
                for kind in store.kinds
                if kind.name not in ("Pod", "ReplicaSet", "Node")
                for each in store.listing(kind.resource)
            }
            return sorted(calls), sorted(held)
    except (TemplateError, ManifestError) as refusal:
        return str(refusal)


@pytest.fixture(scope="module")
def whole() -> Any:
    return seen(ROOT)


@pytest.mark.parametrize(("file", "name"), list(sample()))
def test_without_one_resource_the_world_is_another(tmp_path: Path, whole: Any, file: str, name: str) -> None:
    for entry in ROOT.iterdir():
        if entry.name in COPIED:
            shutil.copytree(entry, tmp_path / entry.name)
        elif not entry.name.startswith(".git"):
            (tmp_path / entry.name).symlink_to(entry)
    before = (tmp_path / file).read_text("utf-8")
    without(tmp_path, file, name)
    if file.startswith("stacks/"):
        assert (tmp_path / file).read_text("utf-8") != before

    assert seen(tmp_path) != whole
