"""`toban backup`, as people use it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from typer.testing import CliRunner, Result

from toban.backup import SCHEMAS, app

ROOT = Path(__file__).parents[3]
EXAMPLE = ROOT / "docs/examples/backup_inventory.json"
NOW = "2027-03-01T03:00:00+09:00"


def toban(*words: object, stdin: str | bytes | None = None) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words], input=stdin)


def schema(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(toban("schema", name).stdout)
    jsonschema.Draft202012Validator.check_schema(found)
    return found


def test_the_example_of_the_docs_follows_the_schema_and_so_does_its_plan() -> None:
    jsonschema.validate(json.loads(EXAMPLE.read_text("utf-8")), schema("inventory"))
    found = toban("explain", "--inventory", EXAMPLE, "--now", NOW)

    assert found.exit_code == 0
    plan = json.loads(found.stdout)
    jsonschema.validate(plan, schema("plan"))
    actions = {(item["id"], item["action"]) for item in plan["items"] if item["action"] != "keep"}
    assert actions == {("weekly-5", "delete"), ("weekly-5-copy", "delete"), ("before-migration", "propose")}
    assert plan["pages"] == []


def test_a_plan_that_aborts_says_so_by_its_exit_code(tmp_path: Path) -> None:
    facts = json.loads(EXAMPLE.read_text("utf-8"))
    facts["listings"][1]["status"] = "cut-off"
    found = toban("explain", "--inventory", "-", "--now", NOW, stdin=json.dumps(facts))

    assert found.exit_code == 1
    plan = json.loads(found.stdout)
    assert [each["name"] for each in plan["aborts"]] == ["listing-cut-off"]
    assert {item["action"] for item in plan["items"]} <= {"keep", "propose"}


def test_a_policy_is_read_from_yaml_and_a_count_of_one_is_refused(tmp_path: Path) -> None:
    policy = tmp_path / "policy.yaml"
    policy.write_text("keep:\n  weekly: 6\n")
    plan = json.loads(toban("explain", "--inventory", EXAMPLE, "--policy", policy, "--now", NOW).stdout)
    assert "delete" not in {item["action"] for item in plan["items"]}

    policy.write_text("keep: {weekly: 1}\n")
    refused = toban("explain", "--inventory", EXAMPLE, "--policy", policy, "--now", NOW)
    assert refused.exit_code == 2
    assert f"{policy}: $.keep.weekly: must be a whole number from 2 to 1,000, not 1" in refused.stderr


INSTANT = '"created_at": "2027-02-28T18:00:00+00:00"'


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        (INSTANT, INSTANT.replace("+00:00", ""), "has no offset"),
        (INSTANT, '"created_at": "yesterday"', "must be an instant"),
        (INSTANT, '"created_at": "0001-01-01T00:00:00+14:00"', "from 2000 to 2199"),
        (INSTANT, '"created_at": 5', "must be an instant"),
        (INSTANT, f"{INSTANT}, {INSTANT}", "stands twice"),
        (INSTANT, f'{INSTANT}, "gib": NaN', "must be a number from 0"),
        (INSTANT, f'{INSTANT}, "gib": 1e999', "must be a number from 0"),
        (INSTANT, f'{INSTANT}, "gib": true', "not true"),
        (INSTANT, f'{INSTANT}, "gibs": 1', 'did you mean "gib"?'),
        (INSTANT, f'{INSTANT}, "gib": {"9" * 5000}', "thousands of digits"),
        ('"id": "weekly-1",', '"id": "weekly-0",', "stands twice"),
        ('"yesterday": 8', '"yesterday": 8.0', "must be a whole number"),
        ('"yesterday": 8,', "", "is missing"),
        ('"recovery_region": "ap-northeast-3"', '"recovery_region": "ap-northeast-1"', "name another"),
        ('"recovery_region": "ap-northeast-3"', '"recovery_region": null', "neither `region` nor"),
        ('"status": "complete"', '"status": "fine"', "must be one of"),
        ("{", "", "not JSON"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(before: str, after: str, sentence: str) -> None:
    text = EXAMPLE.read_text("utf-8")
    assert before in text
    found = toban("explain", "--inventory", "-", "--now", NOW, stdin=text.replace(before, after, 1))

    assert found.exit_code == 2
    assert sentence in found.stderr
    assert found.stderr.startswith("-: $")
    assert found.stdout == ""


@pytest.mark.parametrize("content", [b"", b"  \n", b"\xff\xfe{}", b"[]", b"null", b"[" * 100_000, b"{}"])
def test_whatever_a_file_holds_a_sentence_answers(content: bytes) -> None:
    found = toban("explain", "--inventory", "-", "--now", NOW, stdin=content)

    assert found.exit_code == 2
    assert found.stderr.startswith("-: $")
    assert "Traceback" not in found.stderr


def test_yaml_says_the_same_and_its_own_faults_are_named(tmp_path: Path) -> None:
    file = tmp_path / "inventory.yaml"
    file.write_text(
        "environment: dev\nregion: ap-northeast-1\nlistings:\n- region: ap-northeast-1\n  yesterday: 0\n"
        "  snapshots:\n  - {id: w0, created_at: 2027-02-01T00:00:00+09:00, tags: {a: b}}\n"
    )
    assert toban("explain", "--inventory", file, "--now", NOW).exit_code == 0
    for text, sentence in (
        ("a: &x 1\nb: *x\n", "aliases"),
        ("a: 1\na: 2\n", "stands twice"),
        ("a: [", "not YAML"),
        ("a: .nan\n", "unknown key"),
        ("[" * 60, "nested"),
        ("", "empty"),
    ):
        file.write_text(text)
        found = toban("explain", "--inventory", file, "--now", NOW)
        assert (found.exit_code, sentence in found.stderr) == (2, True), found.stderr


@pytest.mark.parametrize(
    "now", ["2027-03-01", "2027-03-01T03:00:00", "soon", "", "9999-12-31T23:59:59-14:00"]
)
def test_an_instant_without_an_offset_is_refused(now: str) -> None:
    found = toban("explain", "--inventory", EXAMPLE, f"--now={now}")

    assert found.exit_code == 2
    assert "--now: " in found.stderr


def test_each_schema_is_published_and_no_other() -> None:
    for name in SCHEMAS:
        assert schema(name)["title"] == f"toban backup {name}"
    assert toban("schema", "nothing").exit_code == 2
