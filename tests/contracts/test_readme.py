"""What the README tells a newcomer exists: files, verbs and commands."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = ["README.md", "README.ja.md", "CONTRIBUTING.md", "docs/architecture.md"]
TOBAN = Path(sys.executable).parent / "toban"


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_to_a_file(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    targets = re.findall(r"\]\(([^)#:]+)\)", text)

    missing = [target for target in targets if not ((ROOT / page).parent / target).exists()]
    assert not missing


@pytest.mark.parametrize("page", PAGES)
def test_every_make_verb_exists(page: str) -> None:
    verbs = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"^make ([a-z]+)", (ROOT / page).read_text(encoding="utf-8"), re.MULTILINE))

    assert named <= verbs


def commands() -> list[str]:
    found = re.findall(
        r"^\.venv/bin/toban ([^#\n]+)", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    found += re.findall(r"^\t\$\(TOBAN\) (.+)", (ROOT / "Makefile").read_text(), re.MULTILINE)
    return sorted({each.strip() for each in found})


@pytest.mark.parametrize("command", [each for each in commands() if each.split()[0] in {"twin", "schedule"}])
def test_a_command_of_the_readme_and_the_demo_runs(command: str, tmp_path: Path) -> None:
    words = [
        str(tmp_path / word.removeprefix("build/")) if word.startswith("build/") else word
        for word in command.split()
    ]
    if words[:2] == ["twin", "up"]:
        words.append("--help")
    result = subprocess.run([TOBAN, *words], cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 -- ours

    assert result.returncode == 0, result.stdout + result.stderr
