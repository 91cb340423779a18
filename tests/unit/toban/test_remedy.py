"""`toban remedy` as people type it: JSON in, JSON out, each fault with its place, and never a traceback."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from typer.testing import CliRunner, Result

from functions.core.reading.schema import check
from functions.remediation.bundled import policy_text, schema, schema_names
from tests.unit.remediation.cases import NOW, ago, facts, pods, policy_values, well
from toban.remedy import app

EVENTS = Path(__file__).parents[3] / "events/remediation"
HOT = facts("high_cpu", pods=pods(cpu_percent=95))


def toban(*words: str, given: str | bytes | None = None) -> Result:
    return CliRunner().invoke(app, [*words], input=given)


def explained(*values: object, mode: str = "auto") -> Result:
    lines = "\n".join(json.dumps(value) for value in values)
    return toban("explain", "--facts", "-", "--mode", mode, given=lines)


def test_facts_in_a_plan_out() -> None:
    answer = explained(HOT)
    assert answer.exit_code == 0
    found = json.loads(answer.stdout)
    jsonschema.validate(found, schema("plan"))
    assert (found["verdict"], found["step"]["rung"]) == ("act", "evict_pod")


def test_lines_are_answered_one_by_one_and_wrong_ones_named() -> None:
    lines = f"{json.dumps(HOT)}\n\n{{\n{json.dumps({**HOT, 'service': 'apo'})}\n"
    answer = toban("explain", "--facts", "-", given=lines)
    assert answer.exit_code == 2
    assert len(answer.stdout.splitlines()) == 1
    assert "standard input:3: $: not JSON" in answer.stderr
    assert (
        'standard input:4: $.service: "apo" is no service of the policy; did you mean "api"?' in answer.stderr
    )


def test_a_value_may_span_lines_and_its_fault_names_the_line() -> None:
    given = json.dumps({**HOT, "snapshot": {**well(), "asleep": "no"}}, indent=1)
    answer = toban("explain", "--facts", "-", given=given)
    line = next(n for n, text in enumerate(given.splitlines(), start=1) if "asleep" in text)
    assert (answer.exit_code, answer.stdout) == (2, "")
    assert answer.stderr == f"standard input:{line}: $.snapshot.asleep: must be true or false, not 'no'\n"


WRONG: list[tuple[str | bytes, str]] = [
    ("", "the text is empty"),
    (" \n ", "the text is empty"),
    ("[]", "must be an object"),
    ("NaN", "not NaN"),
    ('{"now": 1, "now": 2}', "stands twice"),
    (b"\xff\xfe{}", "is not UTF-8"),
    ("[" * 100_000, "nested"),
    ('{"a": ' + "9" * 5000 + "}", "thousands of digits"),
    ("{", "not JSON"),
]


@pytest.mark.parametrize(("given", "sentence"), WRONG)
@pytest.mark.parametrize("command", [["explain", "--facts"], ["judge", "--series"], ["classify"], ["score"]])
def test_what_cannot_be_read_is_a_sentence_and_exit_2(
    command: list[str], given: str | bytes, sentence: str
) -> None:
    answer = toban(*command, "-", given=given)
    if command == ["classify"] and answer.exit_code == 0:
        assert json.loads(answer.stdout)["kind"] == "junk"
        return
    assert answer.exit_code == 2
    assert sentence in answer.stderr
    assert "Traceback" not in answer.stderr


STINT = {"key": "a", "began": ago(10)}
BROKEN: list[tuple[list[Any], Any, str]] = [
    (["now"], "2027-01-05T12:00", "has no offset"),
    (["now"], "1850-01-01T00:00:00Z", "lies outside of 2000 to 2199"),
    (["now"], True, "must be an instant"),
    (["alarms", 0, "state"], "ALARMS", 'did you mean "ALARM"?'),
    (["alarms", 0, "since"], "2027-01-06T00:00:00Z", "lies after now"),
    (["alarms", 0, "colour"], "red", "unknown key"),
    (["snapshot", "workload", "ready"], 2.5, "must be a whole number"),
    (["snapshot", "workload", "ready"], True, "must be a whole number"),
    (["snapshot", "workload", "ready"], -1, "from 0 to"),
    (["snapshot", "database", "max_connections"], 10**30, "from 1 to"),
    (["snapshot", "pods", 1, "name"], "api-0", "stands twice"),
    (["snapshot", "pods", 1, "cpu_percent"], float("nan"), "not NaN"),
    (["snapshot", "autoscaler", "min"], 11, "11 is above max, 10"),
    (["snapshot", "nodegroup", "desired"], 7, "7 is above max, 6"),
    (
        ["snapshot", "ledger", "stints"],
        [STINT, {**STINT, "began": ago(5)}],
        "the present template stands first",
    ),
    (["alarms", 0, "name"], "\ud800", "must match"),
    (["alarms", 0, "name"], "a\nb", "must match"),
    (["snapshot", "targets", "healthy"], float("inf"), "not Infinity"),
    (["snapshot", "rollouts"], None, "unknown key"),
    (["snapshot", "lock"], {"unreadable": "tired"}, '"error"'),
    (["history"], {"runs": [{"id": "r"}]}, "is missing"),
    (["read_at"], {"weather": NOW.isoformat()}, "unknown key"),
]


@pytest.mark.parametrize(("place", "value", "sentence"), BROKEN)
def test_each_wrong_member_is_named(place: list[Any], value: Any, sentence: str) -> None:
    broken = json.loads(json.dumps(HOT))
    inner = broken
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = value
    answer = explained(broken)
    assert (answer.exit_code, answer.stdout) == (2, "")
    assert sentence in answer.stderr
    assert str(place[-1]) in answer.stderr


@pytest.mark.parametrize("path", sorted(EVENTS.glob("*.json")), ids=lambda path: path.stem)
def test_every_event_of_the_corpus_is_classified(path: Path) -> None:
    answer = toban("classify", str(path), "--account", "123456789012", "--region", "ap-northeast-1")
    assert answer.exit_code == 0
    jsonschema.validate(json.loads(answer.stdout), schema("classified"))


def test_what_is_known_beside_an_event_is_read_too(tmp_path: Path) -> None:
    known = tmp_path / "known.json"
    known.write_text(
        json.dumps({"alarms": [{"name": "High CPU Usage (dev)", "state": "OK", "since": ago(1)}]})
    )
    answer = toban("classify", str(EVENTS / "metric.json"), "--known", str(known))
    assert json.loads(answer.stdout)["kind"] == "over"
    known.write_text('{"takn": []}')
    assert toban("classify", str(EVENTS / "metric.json"), "--known", str(known)).exit_code == 2


def test_a_series_is_judged_and_a_scorecard_added_up() -> None:
    at = {"now": NOW.isoformat(), "changed_at": ago(9), "settled_at": ago(5), "alarm": "OK", "threshold": 80}
    points = [{"at": ago(4 - n), "value": 10} for n in range(3)]
    answer = toban("judge", "--series", "-", given=json.dumps({**at, "before": {}, "points": points}))
    jsonschema.validate(json.loads(answer.stdout), schema("judged"))
    assert json.loads(answer.stdout)["judgement"] == "good"
    entries = "\n".join(
        json.dumps({"rung": "evict_pod", "at": ago(n), "person": "evict_pod"}) for n in range(5)
    )
    row = toban("score", "-", given=entries)
    jsonschema.validate(json.loads(row.stdout), schema("scored"))
    assert json.loads(row.stdout)["proposal"] == "promote"


@pytest.mark.parametrize("name", schema_names())
def test_every_schema_is_printed_and_is_one(name: str) -> None:
    answer = toban("schema", name)
    assert answer.exit_code == 0
    jsonschema.Draft202012Validator.check_schema(json.loads(answer.stdout))


def test_an_unknown_schema_or_file_is_a_sentence() -> None:
    assert 'did you mean "facts"?' in toban("schema", "fact").stderr
    assert toban("schema", "fact").exit_code == 2
    assert "cannot be read: No such file" in toban("explain", "--facts", "/nowhere.json").stderr
    assert toban("explain", "--facts", "-", "--environment", "moon", given="{}").exit_code == 2


@pytest.mark.parametrize("environment", ["dev", "prod"])
def test_the_policies_that_ship_are_good_and_only_say_what_they_would_do(environment: str) -> None:
    answer = toban("policy", "check", f"functions/remediation/policies/{environment}.json")
    assert (answer.exit_code, "api shadow" in answer.stdout) == (0, True)
    assert toban("policy", "show", environment).stdout == policy_text(environment)


POLICY_FAULTS: list[tuple[list[Any], Any, str]] = [
    (["caps"], {}, "$.caps.replicas: is missing"),
    (["caps", "replicas"], None, "must be a whole number"),
    (["services", "api", "mode"], "on", 'must be "off", "shadow" or "auto"'),
    (["services", "api", "rungs"], {"reboot": "auto"}, "unknown key"),
    (["services", "web"], {}, "no alarm is about it"),
    (["alarms", 0, "service"], None, "is about a service"),
    (["alarms", 0, "service"], "web", "is no service of this document"),
    (["alarms", 1, "name"], "High CPU Usage (dev)", "stands twice"),
    (["alarms", 0, "does"], "high_cpus", 'did you mean "high_cpu"?'),
    (["version"], 2, "must be 1"),
    (["numbers"], {"cooldown_minutes": 0}, "from 1 to"),
]


@pytest.mark.parametrize(("place", "value", "sentence"), POLICY_FAULTS)
def test_a_policy_with_a_fault_is_refused_with_its_line(
    place: list[Any], value: Any, sentence: str, tmp_path: Path
) -> None:
    broken = policy_values()
    inner: Any = broken
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = value
    file = tmp_path / "policy.json"
    file.write_text(json.dumps(broken, indent=1))
    answer = toban("policy", "check", str(file))
    assert (answer.exit_code, sentence in answer.stderr) == (2, True), answer.stderr
    assert int(answer.stderr.split(":")[1]) > 1


def test_a_policy_may_be_yaml(tmp_path: Path) -> None:
    file = tmp_path / "policy.yaml"
    file.write_text("version: 1\nenvironment: dev\nservices: {}\nalarms: []\ncaps:\n  replicas: many\n")
    answer = toban("policy", "check", str(file))
    assert answer.exit_code == 2
    assert f"{file}:6: $.caps.replicas: must be a whole number" in answer.stderr
    assert toban("explain", "--facts", "-", "--policy", str(file), given=json.dumps(HOT)).exit_code == 2


def test_a_templates_key_is_told() -> None:
    template = {"metadata": {}, "spec": {"containers": []}}
    answer = toban("template-key", "-", given=json.dumps(template))
    assert len(json.loads(answer.stdout)["key"]) == 16
    for wrong in ('{"spec": 1}', '{"spec": {}, "metadata": "x"}', "[]", '{"spec": {"a": NaN}}'):
        assert toban("template-key", "-", given=wrong).exit_code == 2


@pytest.mark.parametrize("value", [HOT, {**HOT, "history": {"runs": []}}, facts("high_errors", history=None)])
def test_our_reader_and_a_strangers_validator_agree_on_what_is_right(value: dict[str, Any]) -> None:
    jsonschema.validate(value, schema("facts"))
    check(value, schema("facts"))
