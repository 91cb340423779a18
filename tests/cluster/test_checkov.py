"""checkov finds nothing in either environment; a waiver is an annotation beside its object, with its reason."""

import json
import subprocess
from pathlib import Path

import pytest
import yaml

from toban.manifests import rendering

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("overlay", rendering.overlays())
def test_checkov_finds_nothing(overlay: str, tmp_path: Path) -> None:
    file = tmp_path / f"{overlay}.yaml"
    file.write_text(yaml.safe_dump_all(rendering.render(rendering.ROOT / "overlays" / overlay)))
    checkov = ROOT / ".tools/checkov/bin/checkov"
    command = [
        checkov,
        "-f",
        file,
        "--framework",
        "kubernetes",
        "--skip-download",
        "--output",
        "json",
        "--quiet",
    ]

    result = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 -- our own tool

    report = json.loads(result.stdout)
    failed = [
        f"{each['resource']}: {each['check_id']} {each['check_name']}"
        for each in report["results"]["failed_checks"]
    ]
    assert failed == []
    assert report["summary"]["passed"] > 300
    assert report["summary"]["parsing_errors"] == 0
