"""One table holds every version of somebody else's, and values, manifests, schemas and bed agree with it."""

import re
from collections.abc import Iterator
from functools import reduce
from pathlib import Path
from typing import Any

import pytest
import yaml

from toban.cluster_bed.programs import ROLLOUTS
from toban.manifests import kinds, rendering

FOLDER = Path(__file__).resolve().parents[2] / "cluster_manifests" / "platform" / "charts"
TABLE = yaml.safe_load((FOLDER / "charts.yaml").read_text())
CHARTS = {each["name"]: each for each in TABLE["charts"]}
OURS = re.compile(r"111122223333\.dkr\.ecr\.ap-northeast-1\.amazonaws\.com/[a-z-]+@sha256:[0-9a-f]{64}")
BROUGHT = {
    "external-secrets.io": "external-secrets",
    "velero.io": "velero",
    "chaos-mesh.org": "chaos-mesh",
    "argoproj.io": "argo-rollouts",
}


def values(name: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((FOLDER / "values" / f"{name}.yaml").read_text())
    return found


def images(thing: Any) -> Iterator[str]:
    if isinstance(thing, dict):
        if isinstance(thing.get("image"), str):
            yield thing["image"]
        for each in thing.values():
            yield from images(each)
    elif isinstance(thing, list):
        for each in thing:
            yield from images(each)


@pytest.mark.parametrize("name", CHARTS)
def test_every_values_file_pins_the_controllers_own_version_beside_the_charts(name: str) -> None:
    chart = CHARTS[name]
    assert re.fullmatch(r"\d+\.\d+\.\d+", chart["version"])
    assert re.fullmatch(r"v\d+\.\d+\.\d+", chart["app"])
    assert reduce(lambda inside, key: inside[key], chart["pin"].split("."), values(name)) == chart["app"]
    assert chart["seen"]


def test_no_chart_is_without_values_and_no_values_without_a_chart() -> None:
    assert {path.stem for path in (FOLDER / "values").glob("*.yaml")} == set(CHARTS)
    assert TABLE["seen_on"].year >= 2026


def test_every_other_image_has_the_version_of_the_table_and_nothing_else_stands_in_it() -> None:
    rendered = [rendering.render(rendering.ROOT / "overlays" / name) for name in rendering.overlays()]
    found = {image for image in images([rendered, *map(values, CHARTS)]) if not OURS.fullmatch(image)}

    assert found == {f"{name}:{version}" for name, version in TABLE["images"].items()}


def test_the_schemas_are_those_of_the_versions_that_are_installed() -> None:
    for kind in kinds.all_kinds():
        chart = CHARTS[BROUGHT[kind["group"]]]
        assert f" {chart['app']}," in kind["upstream"], kind["kind"]


def test_the_bed_runs_its_canaries_on_the_controller_that_production_gets() -> None:
    assert f"v{ROLLOUTS.version}" == CHARTS["argo-rollouts"]["app"]
