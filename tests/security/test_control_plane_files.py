"""A schedule document from anybody's hand is read within bounds: of bytes, of depth, and of time."""

import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from toban.schedule import app

HOSTILE = {
    "open lists": "[" * 30_000,
    "open objects": "{a: " * 7_500,
    "lists in lists": "- " * 15_000,
    "keys of keys": "? " * 15_000,
    "values of values": ": " * 15_000,
    "deep by indentation": "a:\n" + "".join(" " * depth + "b:\n" for depth in range(1, 400)),
    "one endless string": '"' + "a" * 200_000,
    "nothing but quotes": "'" * 30_000,
    "anchors": "&a " * 9_000,
    "tags": "!!a " * 7_000,
}
SECONDS = 10
"""Of this process's own time. The slowest took 0.8 on two shared cores; before depth was bounded, over 40."""


@pytest.mark.parametrize("suffix", ["yaml", "json"])
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_document_is_refused_in_a_sentence_and_soon(tmp_path: Path, name: str, suffix: str) -> None:
    path = tmp_path / f"schedule.{suffix}"
    path.write_text(HOSTILE[name])
    before = time.process_time()

    result = CliRunner().invoke(app, ["check", str(path)])

    assert time.process_time() - before < SECONDS
    assert result.exit_code == 1
    assert result.stderr.startswith(f"{path}:")
    assert "Traceback" not in result.output


@pytest.mark.parametrize("name", ["zero.json", "zero.yaml"])
def test_a_file_without_an_end_is_read_as_far_as_a_document_may_be(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.symlink_to("/dev/zero")

    result = CliRunner().invoke(app, ["check", str(path)])

    assert result.exit_code == 1
    assert "at most" in result.stderr
