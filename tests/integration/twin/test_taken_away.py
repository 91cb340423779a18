"""Whatever is taken out of stacks/ or cluster_manifests/ is missing in the twin's world: a sample of ten."""

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

from twin.cloudformation import TemplateError
from twin.manifests import ManifestError
from twin.world import open_world, read_deployments

if TYPE_CHECKING:
    from collections.abc import Iterator

    from twin.api_records import Call

ROOT = Path(__file__).resolve().parents[3]
NOON = datetime(2026, 12, 7, 3, tzinfo=UTC)
COPIED = ("stacks", "cluster_manifests")
CHANCE = random.Random(13)  # noqa: S311 -- a sample that repeats
TEMPLATES = ("eks", "identities", "monitoring", "rds", "storage", "vpc")


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


def copy_to(folder: Path) -> None:
    """Copies the checkout: what is changed as files, the rest by links."""
    for entry in ROOT.iterdir():
        if entry.name in COPIED:
            shutil.copytree(entry, folder / entry.name)
        elif entry.is_file():
            shutil.copy(entry, folder / entry.name)  # a link would lead back to the whole
        elif not entry.name.startswith(".git"):
            (folder / entry.name).symlink_to(entry)


def test_a_copy_from_which_nothing_is_taken_is_the_same_world(tmp_path: Path, whole: Any) -> None:
    """Without this, each of the others might be another world because it is a copy."""
    copy_to(tmp_path)

    assert seen(tmp_path) == whole


@pytest.mark.parametrize(("file", "name"), list(sample()))
def test_without_one_resource_the_world_is_another(tmp_path: Path, whole: Any, file: str, name: str) -> None:
    copy_to(tmp_path)
    before = (tmp_path / file).read_text("utf-8")
    without(tmp_path, file, name)
    if file.startswith("stacks/"):
        assert (tmp_path / file).read_text("utf-8") != before

    assert seen(tmp_path) != whole
