"""Every chart is pinned, has values of ours, and is named where `toban cluster apply` sends a person who lacks it."""

import re
from pathlib import Path

import yaml

from toban.manifests import kinds

FOLDER = Path(__file__).resolve().parents[2] / "cluster_manifests" / "platform" / "charts"
CHARTS = yaml.safe_load((FOLDER / "charts.yaml").read_text())["charts"]


def test_every_chart_is_pinned_and_has_its_values() -> None:
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", each["version"]) for each in CHARTS)
    assert {path.stem for path in (FOLDER / "values").glob("*.yaml")} == {each["name"] for each in CHARTS}
    assert all(yaml.safe_load((FOLDER / "values" / f"{each['name']}.yaml").read_text()) for each in CHARTS)


def test_every_custom_kind_is_brought_by_a_chart() -> None:
    brought = {"external-secrets.io": "external-secrets", "velero.io": "velero"}
    brought |= {"chaos-mesh.org": "chaos-mesh", "argoproj.io": "argo-rollouts"}

    assert {brought[kind["group"]] for kind in kinds.all_kinds()} <= {each["name"] for each in CHARTS}
