"""`toban bench` runs every module of bench/ and shows rows beside their peers."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from toban import bench
from toban.main import app

app.command("bench")(bench.command)
FAST = """
def run():
    return [{"name": "n", "ours": 2.0, "peer": 1.0, "ratio": 2.0, "spread": [1.9, 2.1],
             "unit": "ms", "rounds": 5, "peer_name": "floor"}]
"""


def test_a_bench_is_found_by_its_file_and_its_rows_can_be_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "quick.py").write_text(FAST)
    monkeypatch.setattr(bench, "BENCH", tmp_path)

    result = CliRunner().invoke(app, ["bench", "quick", "--json", str(tmp_path / "rows.json")])

    assert result.exit_code == 0, result.output
    assert "1.9 to 2.1" in result.output
    assert json.loads((tmp_path / "rows.json").read_text())[0]["ratio"] == 2.0


def test_an_unknown_bench_is_refused_with_the_names_there_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "quick.py").write_text(FAST)
    monkeypatch.setattr(bench, "BENCH", tmp_path)

    result = CliRunner().invoke(app, ["bench", "slow"])

    assert result.exit_code == 2
    assert "there are: quick" in result.output


@pytest.mark.parametrize("path", sorted(bench.BENCH.glob("[a-z]*.py")), ids=lambda path: path.stem)
def test_every_bench_that_ships_can_be_loaded_and_run(path: Path) -> None:
    assert callable(bench._load(path).run)
