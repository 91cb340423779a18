"""The checks of `make check` hold, so that `make test` alone tells whether a change may land."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.contracts.patch_releases import uses

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent


def checks() -> list[str]:
    """Returns the lines of the verb `check`, each a program of the environment with its arguments."""
    verb = re.search(r"^check:.*\n((?:\t.+\n)+)", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert verb
    return [line.removeprefix("\t$(VENV)/bin/") for line in verb[1].splitlines()]


def run(check: str, *, on: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
    """Runs a check as the Makefile has it, on other files than the repository's where they are named."""
    program, *arguments = shlex.split(check)
    if on:
        arguments = [argument for argument in arguments if not (ROOT / argument).is_dir()] + list(on)
    return subprocess.run(  # noqa: S603 -- our own tools, by absolute path
        [BIN / program, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("check", checks())
def test_a_check_finds_nothing(check: str) -> None:
    result = run(check)

    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize(
    "line",
    [
        "from itertools import batched",
        "from pathlib import Path\nPath('x').walk()",
        "import asyncio\nqueue = asyncio.Queue()\nqueue.shutdown()",
        "import shutil\nshutil.rmtree('x', onexc=None)",
        "from typing import override",
    ],
)
def test_a_name_that_a_later_python_brought_is_refused(line: str, tmp_path: Path) -> None:
    (tmp_path / "planted.py").write_text(line + "\n")
    [vermin] = [check for check in checks() if check.startswith("vermin")]

    result = run(vermin, on=(str(tmp_path),))

    assert result.returncode == 1
    assert "requires !2, 3.1" in result.stdout


def test_every_folder_with_python_in_it_is_held_to_the_oldest() -> None:
    [vermin] = [check for check in checks() if check.startswith("vermin")]
    listed = subprocess.run(["git", "ls-files", "*.py"], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S607 -- git as installed

    assert {name.split("/")[0] for name in listed.stdout.splitlines()} <= set(shlex.split(vermin))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('import tarfile\nwith tarfile.open("a") as package:\n    package.extract("m", filter="data")', [3]),
        ('import tarfile\ntarfile.open("a").extractall(filter=tarfile.data_filter)', [2, 2]),
        ("from tarfile import FilterError", [1]),
        ('def unpack():\n    import shutil\n    shutil.unpack_archive("a", filter="data")', [3]),
        ('from email.utils import parseaddr\nparseaddr("a@b", strict=False)', [2]),
        ('import tarfile\ntarfile.open("a").extractfile("m")', []),
        ('import shutil\nshutil.unpack_archive("a", "b")', []),
        ('def of(pages):\n    return pages.extract("m", filter="data")', []),
    ],
)
def test_a_name_that_a_patch_release_brought_is_refused(text: str, found: list[int]) -> None:
    assert [use.line for use in uses(text)] == found
