"""`toban twin run`: the same seed gives the same bytes, failures an exit code, bad questions a sentence."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TOBAN = Path(sys.executable).parent / "toban"


def twin(*words: str | Path, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run([TOBAN, "twin", *words], cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603 -- ours


@pytest.fixture(scope="module")
def days(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[bytes, str, Path]]:
    """Returns timeline, what was printed and report of two runs with one seed, and of one with another."""
    folder, found = tmp_path_factory.mktemp("days"), {}
    monday, saturday = "2026-12-07", "2027-03-13"
    for name, seed, date in (("one", "3", monday), ("again", "3", monday), ("other", "4", saturday)):
        timeline, report = folder / f"{name}.jsonl", folder / f"{name}.html"
        given = ("--from", date, "--days", "1", "--seed", seed, "--timeline", timeline, "--report", report)
        done = twin("run", "quiet-week", *given)
        assert done.returncode == 0, done.stdout + done.stderr
        found[name] = (timeline.read_bytes(), done.stdout, report)
    return found


def test_two_runs_of_a_seed_are_the_same_to_the_byte(days: dict[str, tuple[bytes, str, Path]]) -> None:
    assert days["one"][0] == days["again"][0]
    assert days["one"][2].read_bytes() == days["again"][2].read_bytes()


def test_handlers_in_processes_of_their_own_play_the_same_day_to_the_byte(
    days: dict[str, tuple[bytes, str, Path]], tmp_path: Path
) -> None:
    """AWS's own runtime client starts and calls every handler; the story does not depend on who does."""
    timeline = tmp_path / "isolated.jsonl"
    given = ("--from", "2026-12-07", "--days", "1", "--seed", "3", "--isolated", "--timeline", timeline)
    done = twin("run", "quiet-week", *given, "--report", tmp_path / "r.html")
    assert done.returncode == 0, done.stdout + done.stderr
    assert timeline.read_bytes() == days["one"][0]


def test_another_date_and_seed_are_another_story_that_begins_there(
    days: dict[str, tuple[bytes, str, Path]],
) -> None:
    told = [json.loads(line) for line in days["other"][0].splitlines()]
    first = next(entry for entry in told if entry["kind"] == "schedule")
    assert first["at"].startswith("2027-03-13T03:")
    assert "Sat 13 Mar 22:00:00  decision   prod  sleep" in days["other"][1]


def test_the_terminal_tells_the_night_the_verdicts_and_the_reports_path(
    days: dict[str, tuple[bytes, str, Path]],
) -> None:
    _, printed, report = days["one"]
    for words in (
        "Mon 07 Dec 22:00:00  decision   dev  sleep",
        "ended",
        "held    Nobody was paged.",
        f"report: {report}",
    ):
        assert words in printed


def test_an_expectation_that_fails_is_an_exit_code_of_one(tmp_path: Path) -> None:
    """A dev document that never sleeps: the week goes well and saves nothing, which is not accepted."""
    tree = tmp_path / "tree"
    tree.mkdir()
    for name in ("template.yaml", "samconfig.toml", "statemachines", "requirements", "layers"):
        (tree / name).symlink_to(ROOT / name)
    written = (ROOT / "templates/night_scaling.yaml").read_text()
    late = written.replace("cron(0 22 * * ? *)", "cron(0 23 * * ? *)")
    (tree / "templates").mkdir()
    (tree / "templates/night_scaling.yaml").write_text(
        late.replace("cron(5/10 * * * ? *)", "cron(5 12 * * ? *)")
    )
    (tree / "functions").symlink_to(ROOT / "functions")
    done = twin("run", "quiet-week", "--days", "1", "--report", tmp_path / "r.html", folder=tree)
    assert done.returncode == 1
    assert "FAILED  Nodes were down within 30 minutes of each sleep's beginning." in done.stdout


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("run", "friday-hold", "--clusters", "10"), "friday-hold has no fleet"),
        (("run", "no-such"), "there is no scenario 'no-such'; there are quiet-week"),
        (("run", "quiet-week", "--from", "tomorrow"), "--from 'tomorrow' is no date: write it as YYYY-MM-DD"),
        (
            ("run", "quiet-week", "--template", "no.yaml"),
            "no.yaml is no file: name a template with --template",
        ),
    ],
)
def test_a_wrong_question_is_answered_with_one_sentence(words: tuple[str, ...], sentence: str) -> None:
    done = twin(*words)
    assert done.returncode == 2
    assert sentence in done.stderr
