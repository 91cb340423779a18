"""cfn-lint and checkov find nothing in the stacks; a waiver stands beside its resource with its reason."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
STACKS = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "stacks").glob("*.yaml"))


def run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 -- our own tools


def test_cfn_lint_finds_nothing() -> None:
    result = run(Path(sys.executable).parent / "cfn-lint", *STACKS)

    assert result.returncode == 0, result.stdout


def test_checkov_finds_nothing() -> None:
    files = [word for path in STACKS for word in ("-f", path)]
    checkov = ROOT / ".tools/checkov/bin/checkov"
    result = run(
        checkov, *files, "--framework", "cloudformation", "--skip-download", "--output", "json", "--quiet"
    )

    found = json.loads(result.stdout)
    reports = found if isinstance(found, list) else [found]
    failed = [
        f"{each['resource']}: {each['check_id']} {each['check_name']}"
        for report in reports
        for each in report["results"]["failed_checks"]
    ]
    assert not failed, failed
    assert sum(report["summary"]["parsing_errors"] for report in reports) == 0
