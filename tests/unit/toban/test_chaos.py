"""`toban chaos`, as people use it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner, Result

from functions.chaos.bundled import bundled_experiments
from functions.chaos.policy.catalogue import FAULTS
from tests.unit.chaos.runs import RECORD
from tests.unit.chaos.worlds import CALM, shipped
from toban.chaos import app

if TYPE_CHECKING:
    from pathlib import Path


def toban(*words: str | Path, stdin: str | None = None) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words], input=stdin)


def written(folder: Path, name: str, value: Any) -> Path:
    path = folder / name
    path.write_text(value if isinstance(value, str) else json.dumps(value, indent=1), encoding="utf-8")
    return path


@pytest.mark.parametrize("name", FAULTS)
def test_every_experiment_that_ships_is_good_and_may_run_in_a_calm_world(name: str, tmp_path: Path) -> None:
    checked = toban("check", name)
    assert checked.exit_code == 0, checked.stderr
    digest = checked.stdout.split("digest ")[1].strip()
    yes = {"who": "aoi", "at": CALM["now"], "digest": digest}
    facts = written(tmp_path, "facts.json", {**CALM, "approval": yes})

    said = toban("explain", name, "--facts", facts)

    assert said.exit_code == 0, said.stderr
    answer = json.loads(said.stdout)
    assert answer["answer"] == "run"
    assert answer["would_hit"]["asked"] == 1
    assert len(answer["gates"]) == 19


def test_check_names_file_line_and_path_of_every_fault(tmp_path: Path) -> None:
    bad = written(tmp_path, "bad.json", {**shipped("cpu"), "fault": "cpus", "duration_minutes": 99})
    lines = bad.read_text("utf-8").splitlines()
    line = next(n for n, text in enumerate(lines, start=1) if "duration_minutes" in text)

    found = toban("check", bad)

    assert (found.exit_code, found.stdout) == (1, "")
    assert f"{bad}:{line}: $.duration_minutes: must be a whole number from 1 to 30, not 99" in found.stderr
    assert '$.fault: must be "pod-kill"' in found.stderr


def test_check_reads_yaml_and_standard_input_by_the_same_rules(tmp_path: Path) -> None:
    text = bundled_experiments()["pod-kill"].read_text("utf-8")
    flow = written(tmp_path, "flow.yaml", text)
    plain = (
        "version: 1\nname: kill\nenvironment: dev\nfault: pod-kill\nproves: It holds.\n"
        "hypothesis:\n  sentence: At most 1 % fail.\n  measures:\n  - {measure: error_percent, at_most: 1}\n"
        "target: {namespace: app, workload: Deployment/api}\nblast_radius: {count: 1}\nduration_minutes: 5\n"
        "stop_alarms: [Errors]\nwindow: {zone: Asia/Tokyo, days: [Mon], begin: '10:00', end: '16:00'}\n"
        "approval: {required: false}\n"
    )
    assert toban("check", flow).exit_code == 0
    assert toban("check", written(tmp_path, "plain.yaml", plain)).exit_code == 0
    assert toban("check", "-", stdin=plain).exit_code == 0
    assert toban("check", "-", stdin=text).exit_code == 0
    for bad, said in (
        (plain + "name: twice\n", "not YAML"),
        (plain.replace("kill\n", "&a kill\n", 1), "anchors"),
        (plain.replace("kill\n", "!!str kill\n", 1), "tags"),
        (plain + "proves: *a\n", "YAML"),
        ("", "the file is empty"),
    ):
        found = toban("check", written(tmp_path, "bad.yaml", bad))
        assert found.exit_code == 1
        assert said in found.stderr


def test_explain_says_which_gates_refuse_and_whom_people_hear_of(tmp_path: Path) -> None:
    world = {**CALM, "lock": {"unreadable": "throttled"}, "degraded": ["worker"]}
    del world["history"]

    answer = json.loads(toban("explain", "pod-kill", "--facts", written(tmp_path, "f.json", world)).stdout)

    assert answer["answer"] == "refused"
    assert answer["refused_by"] == ["lock", "spacing", "degraded"]
    assert answer["tell_people"] == ["lock", "spacing"]
    assert answer["reasons"] == [
        "lock cannot be read: throttled",
        "history cannot be read: it was not read",
        "degraded: worker",
    ]


def test_explain_takes_what_is_closed_from_a_schedule_document(tmp_path: Path) -> None:
    schedule = {
        "version": 1,
        "environment": "dev",
        "zone": "Asia/Tokyo",
        "modes": {"night": {"nodegroups": 1}},
        "windows": [{"name": "noon", "mode": "night", "days": ["Tue"], "begin": "12:00", "end": "14:00"}],
        "calendars": [{"name": "holidays", "mode": "night", "dates": {"2027-01-13": "company day"}}],
        "freezes": [
            {
                "name": "sale",
                "mode": "awake",
                "reason": "sale",
                "first_day": "2027-01-14",
                "last_day": "2027-01-14",
            }
        ],
    }
    file = written(tmp_path, "dev.json", schedule)

    def kinds(now: str) -> list[str]:
        world = {**CALM, "now": now, "alarms": [{**each, "last_data_at": now} for each in CALM["alarms"]]}
        facts = written(tmp_path, "facts.json", {key: world[key] for key in world if key != "schedule"})
        answer = json.loads(toban("explain", "pod-kill", "--facts", facts, "--schedule", file).stdout)
        [gate] = [each for each in answer["gates"] if each["gate"] == "schedule"]
        assert (answer["answer"] == "run") == (not gate["reasons"])
        return [reason.split()[0] for reason in gate["reasons"]]

    assert kinds("2027-01-12T11:00:00+09:00") == []
    assert kinds("2027-01-12T11:50:00+09:00") == []
    assert kinds("2027-01-12T11:50:01+09:00") == ["sleep"]
    assert "holiday" in kinds("2027-01-13T11:00:00+09:00")
    assert kinds("2027-01-14T11:00:00+09:00") == ["freeze"]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"now": NaN}', '{"now": "2027-01-12T11:00:00"}', "\udcff"])
def test_facts_that_mean_nothing_are_a_sentence_with_their_place_and_exit_code_2(
    text: str, tmp_path: Path
) -> None:
    path = tmp_path / "facts.json"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))

    found = toban("explain", "pod-kill", "--facts", path)

    assert found.exit_code == 2
    assert found.stderr.startswith(f"{path}:")
    assert not isinstance(found.exception, ValueError | KeyError | TypeError)


def test_facts_of_another_environment_are_no_answer(tmp_path: Path) -> None:
    found = toban(
        "explain", "pod-kill", "--facts", written(tmp_path, "f.json", {**CALM, "environment": "prod"})
    )

    assert found.exit_code == 2
    assert "$.environment: is prod, and the experiment is dev's" in found.stderr


def test_a_policy_makes_numbers_stricter(tmp_path: Path) -> None:
    facts = written(tmp_path, "facts.json", CALM)
    policy = written(tmp_path, "policy.json", {"budget_above_percent": 90, "same_hours": 48})
    loose = written(tmp_path, "loose.json", {"most_percent": 50})

    said = json.loads(toban("explain", "pod-kill", "--facts", facts, "--policy", policy).stdout)

    assert said["refused_by"] == ["budget-left"]
    short = written(tmp_path, "short.json", {"longest_minutes_in_dev": 4, "window_begin_hour": 12})
    said = json.loads(toban("explain", "pod-kill", "--facts", facts, "--policy", short).stdout)
    assert said["refused_by"] == ["window", "duration"]
    checked = toban("check", "pod-kill", "--policy", short)
    assert (checked.exit_code, "$.duration_minutes" in checked.stderr) == (1, True)
    refused = toban("explain", "pod-kill", "--facts", facts, "--policy", loose)
    assert (refused.exit_code, "$.most_percent" in refused.stderr) == (2, True)


def test_report_prints_the_journal_and_writes_the_page(tmp_path: Path) -> None:
    page = tmp_path / "report.html"

    found = toban("report", "pod-kill", "--run", written(tmp_path, "run.json", RECORD), "--html", page)

    assert json.loads(found.stdout)["toban"]["verdict"] == "PASS"
    assert "PASS" in page.read_text("utf-8")
    gone = toban(
        "report", "pod-kill", "--run", written(tmp_path, "run.json", RECORD), "--html", tmp_path / "no" / "x"
    )
    assert (gone.exit_code, "cannot be written" in gone.stderr) == (2, True)


def test_findings_live_until_a_passing_run(tmp_path: Path) -> None:
    events = [
        {"event": "ended", "experiment": "cpu", "run": "cpu-1", "verdict": "FAIL", "why": "slow"},
        {"event": "acknowledged", "finding": "cpu-1", "who": "aoi", "reason": "known"},
        {"event": "ended", "experiment": "cpu", "run": "cpu-2", "verdict": "PASS"},
    ]
    for many, state in ((1, "open"), (2, "acknowledged"), (3, "closed")):
        found = toban("findings", written(tmp_path, "events.json", events[:many]))
        assert [each["state"] for each in json.loads(found.stdout)] == [state]
    unasked = toban("findings", written(tmp_path, "events.json", events[1:2]))
    assert (unasked.exit_code, unasked.stderr) == (1, "there is no finding cpu-1\n")


def test_list_schema_and_dry_run_answer() -> None:
    rows = json.loads(toban("list", "--json").stdout)
    assert [row["name"] for row in rows] == [*FAULTS]
    assert "pod-kill" in toban("list").stdout
    assert json.loads(toban("schema", "facts").stdout)["title"].startswith("Toban chaos facts")
    assert toban("schema", "fact").exit_code == 2
    alone = json.loads(toban("dry-run", "pod-kill", "--without-fis").stdout)
    assert [each["kind"] for each in alone["evictions"]] == ["Eviction"]
    refused = toban("dry-run", "latency", "--without-fis")
    assert (refused.exit_code, refused.stderr.startswith("latency needs FIS")) == (1, True)
    drawn = json.loads(toban("dry-run", "node-loss", "--ready", "10").stdout)
    assert drawn["hits"] == 1
    assert drawn["fis"]["actions"]["fault"]["parameters"] == {"instanceTerminationPercentage": "10"}
