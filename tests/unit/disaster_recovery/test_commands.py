"""`toban recovery`, as people use it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from typer.testing import CliRunner, Result

from tests.unit.disaster_recovery.restores import GOOD, spoilt
from tests.unit.disaster_recovery.situations import READY, at, changed
from toban.recovery import SCHEMAS, app

EXAMPLES = Path(__file__).parents[3] / "docs/examples"


def toban(*words: object, stdin: str | None = None) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words], input=stdin)


def schema(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(toban("schema", name).stdout)
    jsonschema.Draft202012Validator.check_schema(found)
    return found


def test_the_examples_of_the_docs_follow_their_schemas_and_so_do_the_answers() -> None:
    for command, file, name, answer in (
        ("judge", "restore_facts.json", "judge-facts", "verdict"),
        ("explain", "recovery_situation.json", "explain-facts", "explanation"),
    ):
        jsonschema.validate(json.loads((EXAMPLES / file).read_text("utf-8")), schema(name))
        found = toban(command, "--facts", EXAMPLES / file)
        assert found.exit_code == 0, found.stderr
        jsonschema.validate(json.loads(found.stdout), schema(answer))
    assert json.loads((EXAMPLES / "restore_facts.json").read_text("utf-8")) == GOOD
    assert json.loads((EXAMPLES / "recovery_situation.json").read_text("utf-8")) == READY


def test_a_preflight_is_green_or_red_by_its_exit_code() -> None:
    facts = json.loads((EXAMPLES / "recovery_readiness.json").read_text("utf-8"))
    jsonschema.validate(facts, schema("preflight-facts"))
    for vault_lock, code in (("none", 0), ("compliance", 1)):
        found = toban("preflight", "--facts", "-", stdin=json.dumps({**facts, "vault_lock": vault_lock}))
        assert found.exit_code == code, found.stderr
        jsonschema.validate(json.loads(found.stdout), schema("preflight"))


@pytest.mark.parametrize(
    ("facts", "code", "verdict"),
    [
        (GOOD, 0, "PASS"),
        (spoilt(leftovers=["rds:drill-7"]), 1, "FAIL"),
        (spoilt(leftovers=None), 3, "INCONCLUSIVE"),
    ],
)
def test_the_verdict_is_the_exit_code(facts: dict[str, Any], code: int, verdict: str) -> None:
    found = toban("judge", "--facts", "-", stdin=json.dumps(facts))

    assert (found.exit_code, json.loads(found.stdout)["verdict"]) == (code, verdict)


@pytest.mark.parametrize(
    ("command", "facts", "sentence"),
    [
        ("judge", spoilt(scope="rewind"), '$.rewind_to: belongs to scope "rewind"'),
        ("judge", spoilt(restored__tables__users__rows_since_heartbeat=8), "is more than all of its rows"),
        (
            "judge",
            spoilt(manifest__tables__users__rows=-1),
            "$.manifest.tables.users.rows: must be a whole number",
        ),
        ("judge", spoilt(restored__image_digests={"api": "latest"}), "sha256:"),
        ("explain", changed(now=at(1)), "$.evidence.probes[0].at: lies after `now`"),
        ("explain", changed(request__mode="fail-over"), 'must be one of "dry-run"'),
        ("explain", changed(request__incident="INC 7"), "letters, digits and hyphens"),
        ("explain", changed(progress=[READY["progress"][0]] * 2), "'network' stands twice"),
        ("explain", changed(now=...), "$.now: is missing"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(command: str, facts: dict[str, Any], sentence: str) -> None:
    found = toban(command, "--facts", "-", stdin=json.dumps(facts))

    assert found.exit_code == 2
    assert sentence in found.stderr
    assert found.stdout == ""


def test_recorded_durations_replace_published_ones_from_the_third_on() -> None:
    def planned(runs: list[float]) -> dict[str, Any]:
        text = json.dumps({"database-point-in-time": runs})
        found = toban("plan", "--durations", "-", stdin=text)
        assert found.exit_code == 0, found.stderr
        jsonschema.validate(json.loads(found.stdout), schema("plan"))
        [database] = [each for each in json.loads(found.stdout)["steps"] if each["name"] == "database"]
        return database

    assert (planned([1, 2])["origin"], planned([1, 2])["minutes"]) == ("published", 16.5)
    assert (planned([30, 10, 20])["minutes"], planned([30, 10, 20])["slow_minutes"]) == (20, 30)
    assert planned([30, 10, 20])["origin"] == "recorded"


def test_the_figures_of_the_docs_are_the_plans() -> None:
    found = json.loads(toban("plan").stdout)

    assert (found["typical"]["service_back_minutes"], found["typical"]["environment_green_minutes"]) == (
        25.5,
        26,
    )
    assert (found["slow"]["service_back_minutes"], found["slow"]["environment_green_minutes"]) == (39, 41)
    assert found["typical"]["path_to_service"][:2] == ["network", "database"]
    assert toban("plan", "--source", "tape").exit_code == 2


def test_each_schema_is_published_and_no_other() -> None:
    for name in SCHEMAS:
        assert schema(name)["title"] == f"toban recovery {name}"
    assert toban("schema", "nothing").exit_code == 2
