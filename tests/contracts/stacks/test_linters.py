"""cfn-lint and checkov find nothing in the stacks; a waiver stands beside its resource with its reason."""

import json
import os
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


def test_sam_validates_the_root() -> None:
    environment = {**os.environ, "SAM_CLI_TELEMETRY": "0", "AWS_DEFAULT_REGION": "ap-northeast-1"}
    result = subprocess.run(  # noqa: S603 -- our own tool
        [ROOT / ".tools/sam/bin/sam", "validate", "--lint", "--template", "stacks/main.yaml"],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert result.returncode == 0, result.stdout + result.stderr


def test_the_page_shows_what_the_command_says() -> None:
    page = (ROOT / "docs/capabilities/infrastructure.md").read_text()
    command, answer = page.split("```console\n$ toban ")[1].split("\n```")[0].split("\n")
    result = run(Path(sys.executable).parent / "toban", *command.split())

    assert result.stdout.strip() == answer
