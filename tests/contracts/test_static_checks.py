"""The checks of `make check` hold, so that `make test` alone tells whether a change may land."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent


@pytest.mark.parametrize(
    "arguments",
    [
        ["ruff", "format", "--check", "."],
        ["ruff", "check", "."],
        ["mypy"],
        ["lint-imports"],
    ],
    ids=" ".join,
)
def test_a_check_finds_nothing(arguments: list[str]) -> None:
    result = subprocess.run(  # noqa: S603 -- our own tools, by absolute path
        [BIN / arguments[0], *arguments[1:]], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert result.returncode == 0, result.stdout + result.stderr
