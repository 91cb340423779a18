"""The repository keeps its promises to a newcomer: few verbs, locks that name no registry."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = sorted(ROOT.glob("requirements/**/*.txt"))
MOST_VERBS = 12


def tracked_files() -> list[Path]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S607 -- git as installed
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


def test_make_has_few_verbs_and_help_names_each() -> None:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    verbs = re.findall(r"^([a-z]+):", text, re.MULTILINE)
    helped = re.findall(r"^([a-z]+):.*## ", text, re.MULTILINE)

    assert len(verbs) <= MOST_VERBS
    assert verbs == helped


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.stem)
def test_a_lock_pins_with_hashes_and_names_no_registry(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")

    assert not re.search(r"https?://|index-url|find-links|trusted-host", text)
    packages = re.findall(r"^[A-Za-z0-9_.\[\]-]+==.*?(?=^[A-Za-z]|\Z)", text, re.MULTILINE | re.DOTALL)
    assert packages
    assert all("--hash=sha256:" in package for package in packages)


def test_every_requirement_is_pinned() -> None:
    for source in ROOT.glob("requirements/**/*.in"):
        for line in source.read_text(encoding="utf-8").splitlines():
            named = line.split("#")[0].strip()
            if named and not named.startswith("-"):
                assert "==" in named, f"{source.name}: {named} is not pinned"


def test_the_developers_lock_holds_the_twins_at_the_same_versions() -> None:
    developers = set(_pins(ROOT / "requirements/dev.txt"))

    for part in ("functions", "twin", "api", "api-laptop"):
        assert set(_pins(ROOT / f"requirements/{part}.txt")) <= developers, part


def _pins(lock: Path) -> list[str]:
    return re.findall(r"^([A-Za-z0-9_.-]+==[^\s\\;]+)", lock.read_text(encoding="utf-8"), re.MULTILINE)


def test_no_file_is_left_open_with_a_promise() -> None:
    # The bare word is a status of a task, not a promise; and a row of an alarm's data points is none either.
    promise = re.compile(r"#\s*TO" + r"DO\b|\bTO" + r"DO[:(]|\bFIX" + r"ME\b|\bX" + r"XX\b(?!-)")
    for path in tracked_files():
        if (
            path.suffix in {".py", ".yaml", ".yml", ".md", ".toml", ".json", ".html"}
            and "migrations" not in path.parts
        ):
            text = path.read_text(encoding="utf-8")
            found = promise.search(text)
            assert not found, f"{path.relative_to(ROOT)}: {found.group() if found else ''}"
