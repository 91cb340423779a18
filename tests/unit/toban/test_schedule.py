"""`toban schedule`, as people use it."""

import json
import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from toban.schedule import app

ROOT = Path(__file__).parents[3]
DEV = ROOT / "functions/night_scaling/schedules/dev.json"
PROD = ROOT / "functions/night_scaling/schedules/prod.json"


def toban(*words: str | Path, stdin: str | None = None) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words], input=stdin)


def test_check_names_the_file_the_line_and_the_place_of_each_fault(tmp_path: Path) -> None:
    bad = tmp_path / "bad.json"
    bad.write_text(
        DEV.read_text("utf-8").replace('"22:00"', '"25:99"', 1).replace("Asia/Tokyo", "Asia/Tokio"), "utf-8"
    )
    found = toban("check", bad)
    assert found.exit_code == 1
    lines = bad.read_text("utf-8").splitlines()
    window = next(n for n, line in enumerate(lines, start=1) if "25:99" in line)
    assert f"{bad}:{window}: $.windows[0].begin: must be a time" in found.stderr
    assert f"{bad}:5: $.zone: 'Asia/Tokio' is no IANA zone; did you mean \"Asia/Tokyo\"?" in found.stderr
    assert found.stdout == ""


def test_check_points_at_the_line_of_a_syntax_error_and_of_a_missing_member(tmp_path: Path) -> None:
    bad = tmp_path / "bad.json"
    bad.write_text('{\n "version": 1\n "targets": []\n}', "utf-8")
    assert f"{bad}:3: $: not JSON" in toban("check", bad).stderr
    bad.write_text('{\n "version": 1,\n "windows": [\n  {"name": "n"}]}', "utf-8")
    assert f"{bad}:4: $.windows[0].mode: is missing" in toban("check", bad).stderr
    assert "cannot be read" in toban("check", tmp_path / "gone.json").stderr


def test_check_reads_yaml_by_the_same_rules(tmp_path: Path) -> None:
    good = tmp_path / "dev.yaml"
    good.write_text(
        "version: 1\nenvironment: dev\nzone: Asia/Tokyo\nmodes:\n  night: {nodegroups: 2}\nwindows:\n"
        "- {name: n, mode: night, days: [Mon], begin: 22:00, end: 08:00}\n"
        "calendars:\n- name: c\n  mode: night\n  dates:\n    2027-05-01: company day\n",
        "utf-8",
    )
    assert toban("check", good).exit_code == 0, toban("check", good).stderr
    good.write_text(good.read_text("utf-8").replace("nodegroups: 2", "nodegroups: -2"), "utf-8")
    assert f"{good}:5: $.modes.night.nodegroups: must be a whole number" in toban("check", good).stderr
    for text, sentence in (
        ("a: 1\na: 2\n", "not YAML"),
        ("a: &x 1\nb: *x\n", "aliases"),
        ("", "empty"),
        ("\t- [", "not"),
    ):
        good.write_text(text, "utf-8")
        assert sentence in toban("check", good).stderr


def test_explain_answers_good_lines_and_names_bad_ones() -> None:
    found = toban("explain", "--schedule", DEV, stdin="2027-01-04T22:00\nnonsense\n\n2027-01-04T12:00:00Z\n")
    assert found.exit_code == 2
    answers = [json.loads(line) for line in found.stdout.splitlines()]
    assert [answer["at"] for answer in answers] == ["2027-01-04T22:00:00+09:00", "2027-01-04T21:00:00+09:00"]
    assert [answer["state"] for answer in answers] == ["night", "awake"]
    assert "line 2: 'nonsense' is no instant" in found.stderr


def test_explain_takes_holds_into_account(tmp_path: Path) -> None:
    holds = tmp_path / "holds.json"
    hold = {"id": "h1", "kind": "keep_awake", "owner": "aoi", "reason": "release"}
    holds.write_text(
        json.dumps([{**hold, "begins": "2027-01-04T21:00", "expires": "2027-01-04T23:00"}]), "utf-8"
    )
    found = toban("explain", "--schedule", DEV, "--holds", holds, "--at", "2027-01-04T22:30")
    answer = json.loads(found.stdout)
    assert (answer["state"], answer["hold"], answer["next_change"]) == (
        "awake",
        "h1",
        "2027-01-04T23:00:00+09:00",
    )
    holds.write_text('[{"id": "h1"}]', "utf-8")
    found = toban("explain", "--schedule", DEV, "--holds", holds, "--at", "2027-01-04T22:30")
    assert (found.exit_code, "hold 1: needs id" in found.stderr) == (2, True)


def test_simulate_prints_the_year_and_writes_a_self_contained_report(tmp_path: Path) -> None:
    for name in ("dev.svg", "dev.html"):
        report = tmp_path / name
        found = toban("simulate", "--schedule", DEV, "--year", "2027", "--report", report)
        assert found.exit_code == 0
        assert "the floor that never sleeps" in found.stdout
        assert "EKS control plane" in found.stdout
        assert not re.search(r"url\((?!#)|<link|src=", report.read_text("utf-8")), "a report fetches nothing"
    assert (
        toban("simulate", "--schedule", DEV, "--year", "2027", "--report", tmp_path / "x.pdf").exit_code == 2
    )


def test_simulate_warns_of_a_year_that_a_calendar_does_not_cover() -> None:
    assert (
        'calendar "public-holidays" covers 2026 to 2028'
        in toban("simulate", "--schedule", DEV, "--year", "2040").stderr
    )


def test_simulate_marks_the_nights_on_which_clocks_change(tmp_path: Path) -> None:
    york = tmp_path / "york.json"
    york.write_text(PROD.read_text("utf-8").replace("Asia/Tokyo", "America/New_York"), "utf-8")
    pictured = toban("simulate", "--schedule", york, "--year", "2027").stdout
    assert pictured.count("±") == 3, "two nights and the legend"
    assert toban("simulate", "--schedule", PROD, "--year", "2027").stdout.count("±") == 1


def test_diff_groups_the_hours_that_change(tmp_path: Path) -> None:
    later = tmp_path / "later.json"
    later.write_text(PROD.read_text("utf-8").replace('"22:00"', '"23:00"'), "utf-8")
    found = json.loads(toban("diff", PROD, later, "--year", "2027", "--json").stdout)
    assert found["hours"] == 365
    assert [(each["old"], each["new"]) for each in found["changes"]] == [("night", "awake")] * 7
    words = toban("diff", PROD, later, "--year", "2027").stdout
    assert (
        "Mon 22:00 to Mon 23:00: night becomes awake, 52 times, 2027-01-04 to 2027-12-27, 52.0 hours" in words
    )
    assert "no hour of 2027 changes" in toban("diff", PROD, PROD, "--year", "2027").stdout


def test_holidays_prints_what_a_calendar_stores() -> None:
    found = json.loads(toban("holidays", "JP", "--year", "2027").stdout)
    assert found["years"] == [2027]
    assert found["dates"]["2027-05-03"] == "Constitution Day"
    stored = json.loads(DEV.read_text("utf-8"))["calendars"][0]["dates"]
    assert found["dates"] == {day: name for day, name in stored.items() if day.startswith("2027")}
    assert toban("holidays", "XX", "--year", "2027").exit_code == 2


PAGE = (ROOT / "docs/capabilities/schedule.md").read_text("utf-8")
COMMANDS = re.findall(r"^\$ toban schedule (.+)$", PAGE, re.MULTILINE)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_of_the_page_runs_and_prints_what_the_page_says(
    command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    found = toban(*shlex.split(command))
    assert found.exit_code == 0, found.output
    shown = PAGE.split(f"$ toban schedule {command}\n", 1)[1].split("```", 1)[0]
    if shown and not shown.startswith("$"):
        assert found.stdout == shown
