"""checkov finds nothing in any environment; a waiver is an annotation beside its object, with its reason."""

import json
import subprocess
from pathlib import Path

import yaml

from toban.manifests import rendering

ROOT = Path(__file__).resolve().parents[2]


def test_checkov_finds_nothing(tmp_path: Path) -> None:
    for overlay in rendering.overlays():
        objects = rendering.render(rendering.ROOT / "overlays" / overlay)
        (tmp_path / f"{overlay}.yaml").write_text(yaml.safe_dump_all(objects))
    checkov = ROOT / ".tools/checkov/bin/checkov"
    command = [
        checkov,
        "-d",
        tmp_path,
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
        f"{each['file_path']} {each['resource']}: {each['check_id']} {each['check_name']}"
        for each in report["results"]["failed_checks"]
    ]
    assert failed == []
    assert report["summary"]["passed"] > 300 * len(rendering.overlays())
    assert report["summary"]["parsing_errors"] == 0
