"""The manifests' layout: one object a file, named by its kind, and nothing that no kustomization installs."""

from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted((ROOT / "cluster_manifests").rglob("*.yaml"))
OBJECTS = [
    path
    for path in FILES
    if path.name != "kustomization.yaml"
    and not {"values", "config"} & set(path.parts)
    and path.stem != "charts"
]
"""Not the values of charts and the configurations that a generator ships, which are no objects."""


def documents(path: Path) -> list[Any]:
    return [each for each in YAML(typ="safe").load_all(path.read_text(encoding="utf-8")) if each]


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT / "cluster_manifests"))


@pytest.mark.parametrize("path", OBJECTS, ids=name_of)
def test_a_file_holds_one_object_and_bears_its_kind(path: Path) -> None:
    [found] = documents(path)
    if isinstance(found, list):
        assert all(set(each) <= {"op", "path", "value"} for each in found), "a patch of single fields"
        return

    assert path.stem.split("-")[0] == found["kind"].lower()


@pytest.mark.parametrize("path", [path for path in FILES if path.name == "kustomization.yaml"], ids=name_of)
def test_a_kustomization_installs_what_lies_beside_it(path: Path) -> None:
    [found] = documents(path)
    resources = {str((path.parent / each).resolve()) for each in found.get("resources", [])}

    assert all(Path(each).exists() for each in resources)
    beside = {str(each.resolve()) for each in path.parent.glob("*.yaml") if each != path}
    patches = {
        str((path.parent / each["path"]).resolve()) for each in found.get("patches", []) if "path" in each
    }
    assert beside <= resources | patches, f"not installed: {sorted(beside - resources - patches)}"


def test_the_old_fields_of_kustomize_are_gone() -> None:
    for path in (each for each in FILES if each.name == "kustomization.yaml"):
        [found] = documents(path)
        old = {"bases", "commonLabels", "vars", "patchesStrategicMerge", "patchesJson6902"} & set(found)
        assert not old, f"{name_of(path)}: {old}"
