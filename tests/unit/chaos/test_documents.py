"""Documents of chaos: what they may say, and the sentence that answers each mistake."""

from __future__ import annotations

import json
import re
from copy import deepcopy
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.chaos.bundled import bundled_experiments, bundled_schemas, read_schema
from functions.chaos.policy.catalogue import FAULTS
from functions.chaos.policy.document import parse_experiment
from functions.chaos.policy.numbers import Numbers
from functions.chaos.policy.reading_events import parse_events
from functions.chaos.policy.reading_facts import parse_facts
from functions.chaos.policy.reading_numbers import parse_numbers
from functions.chaos.policy.reading_outcome import parse_outcome
from functions.core.errors import SafetyRefusal
from functions.core.reading.faults import DocumentInvalid
from tests.unit.chaos.runs import RECORD
from tests.unit.chaos.worlds import CALM, shipped

if TYPE_CHECKING:
    from collections.abc import Callable

NUMBERS = Numbers()
READERS: dict[str, Callable[[str | bytes], Any]] = {
    "experiment": lambda text: parse_experiment(text, numbers=NUMBERS),
    "facts": parse_facts,
    "run": parse_outcome,
    "policy": parse_numbers,
    "findings": parse_events,
}
GOOD: dict[str, Any] = {
    "experiment": shipped("latency"),
    "facts": CALM,
    "run": RECORD,
    "policy": {"most_percent": 20, "burn_below": 0.5},
    "findings": [
        {"event": "ended", "experiment": "cpu", "run": "cpu-1", "verdict": "FAIL", "why": "slow"},
        {"event": "acknowledged", "finding": "cpu-1", "who": "aoi", "reason": "known"},
    ],
}


def refused(kind: str, value: Any) -> list[str]:
    with pytest.raises(DocumentInvalid) as caught:
        READERS[kind](value if isinstance(value, str | bytes) else json.dumps(value))
    return [str(fault) for fault in caught.value.faults]


def test_one_experiment_ships_for_each_row_of_the_catalogue_and_follows_the_published_schema() -> None:
    known = bundled_experiments()
    validator = jsonschema.Draft202012Validator(read_schema("experiment"))

    assert set(known) == set(FAULTS)
    assert len(known) == 12
    for name, path in known.items():
        text = path.read_bytes()
        validator.validate(json.loads(text))
        found = parse_experiment(text, numbers=NUMBERS)
        assert (found.name, found.fault.name) == (name, name)


@pytest.mark.parametrize("kind", READERS)
def test_what_is_good_is_good_by_the_published_schema_too(kind: str) -> None:
    schema = read_schema(kind)
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(GOOD[kind])
    READERS[kind](json.dumps(GOOD[kind]))


EXAMPLES = {
    "An experiment": "experiment",
    "A file of facts": "facts",
    "A policy": "policy",
    "The record of a run": "run",
    "Events of findings": "findings",
}


def test_each_example_of_the_page_is_read() -> None:
    page = (Path(__file__).parents[3] / "docs/capabilities/chaos.md").read_text(encoding="utf-8")
    found = re.findall(r"^### ([^\n]+)\n.*?^```json\n(.*?)^```", page, re.DOTALL | re.MULTILINE)

    assert {title for title, _ in found} == set(EXAMPLES)
    for title, text in found:
        READERS[EXAMPLES[title]](text)
        jsonschema.Draft202012Validator(read_schema(EXAMPLES[title])).validate(json.loads(text))


def test_every_schema_has_its_reader() -> None:
    assert set(bundled_schemas()) == set(READERS)


NOTHING: list[str | bytes] = ["", "  ", "{", "[]x", "nul", '"text"', "1", "NaN", b"\xff\xfe{}", b"\x80"]
NOTHING += ["[" * 100_000, "1" * 10_000, " " * 300_000]

MISTAKES: list[tuple[dict[str, Any], str]] = [
    ({"version": 2}, "$.version: must be a whole number from 1 to 1, not 2"),
    ({"version": True}, "$.version: must be a whole number from 1 to 1, not true"),
    ({"fault": "latencies"}, 'did you mean "latency"?'),
    ({"colour": 1}, "$.colour: unknown key"),
    ({"duration_minutes": 31}, "$.duration_minutes: must be a whole number from 1 to 30"),
    ({"duration_minutes": 0}, "$.duration_minutes: must be a whole number"),
    ({"duration_minutes": 2.5}, "$.duration_minutes: must be a whole number"),
    ({"stop_alarms": []}, "$.stop_alarms: must have 1 to 10 items, not 0"),
    ({"stop_alarms": ["a", "a"]}, "$.stop_alarms: names an alarm twice"),
    ({"blast_radius": {}}, '$.blast_radius: needs exactly one of "count" or "percent"'),
    ({"blast_radius": {"count": 1, "percent": 10}}, "$.blast_radius: needs exactly one of"),
    ({"blast_radius": {"zones": 1}}, "$.blast_radius.zones: unknown key"),
    ({"blast_radius": {"percent": 101}}, "$.blast_radius.percent: must be a whole number from 1 to 100"),
    ({"target": {"namespace": "kube-system", "workload": "Deployment/x"}}, "is never a target"),
    ({"target": {"namespace": "a", "workload": "DaemonSet/x"}}, "$.target.workload: must be a workload"),
    ({"target": {"namespace": "a"}}, "$.target.workload: is missing"),
    ({"parameters": {"toward": "db.example.com"}}, "$.parameters.delay_ms: is missing"),
    ({"parameters": {"toward": "x y", "delay_ms": 1}}, "$.parameters.toward: must be"),
    ({"parameters": {"toward": "10.0.0.0/8", "delay_ms": 1, "jitter_ms": 2}}, "must not be more than"),
    ({"hypothesis": {"sentence": "s", "measures": []}}, "$.hypothesis.measures: must have 1 to 10 items"),
    (
        {"hypothesis": {"sentence": "s", "measures": [{"measure": "error_percent", "at_least": 1}]}},
        'error_percent is bounded by "at_most"',
    ),
    (
        {"hypothesis": {"sentence": "s", "measures": [{"measure": "p95_ms", "at_most": 1}] * 2}},
        "$.hypothesis.measures[1].measure",
    ),
    (
        {"window": {"zone": "Asia/Tokyo", "days": ["Sat"], "begin": "10:00", "end": "16:00"}},
        "nobody experiments at the weekend",
    ),
    (
        {"window": {"zone": "Asia/Tokyo", "days": ["Mon"], "begin": "09:59", "end": "16:00"}},
        "a window lies within 10:00 to 16:00",
    ),
    (
        {"window": {"zone": "JST", "days": ["Mon"], "begin": "10:00", "end": "16:00"}},
        "$.window.zone: is no IANA",
    ),
    ({"environment": "prod", "duration_minutes": 11}, "must be at most 10 in prod, not 11; only dev has 30"),
    ({"environment": "prod", "approval": {"required": False}}, "$.approval.required: must be true"),
    ({"approval": {}}, "$.approval.required: is missing"),
]


@pytest.mark.parametrize(("changes", "sentence"), MISTAKES)
def test_a_mistake_is_answered_with_its_place(changes: dict[str, Any], sentence: str) -> None:
    assert any(sentence in fault for fault in refused("experiment", {**shipped("latency"), **changes}))


@pytest.mark.parametrize("name", FAULTS)
@pytest.mark.parametrize("key", read_schema("experiment")["required"])
def test_nothing_that_makes_an_experiment_safe_may_be_left_out(name: str, key: str) -> None:
    left = {each: value for each, value in shipped(name).items() if each != key}

    assert any(fault.startswith(f"$.{key}: ") for fault in refused("experiment", left))


@pytest.mark.parametrize("kind", READERS)
@pytest.mark.parametrize("text", NOTHING)
def test_what_is_no_document_is_a_sentence(kind: str, text: str | bytes) -> None:
    assert refused(kind, text)


@pytest.mark.parametrize(
    ("kind", "bad"),
    [
        ("experiment", '"blast_radius": {"count": NaN}'),
        ("experiment", '"duration_minutes": Infinity'),
        ("experiment", '"target": -Infinity'),
        ("findings", '"event": NaN'),
        ("facts", '"now": NaN'),
        ("policy", '"burn_below": NaN'),
        ("run", '"samples": [NaN]'),
        ("facts", '"error_budget": {"burn_1h": NaN, "left_percent": 50}'),
        ("facts", '"error_budget": {"burn_1h": true, "left_percent": 50}'),
        ("facts", '"error_budget": {"burn_1h": 1e999, "left_percent": 50}'),
        ("facts", '"error_budget": {"burn_1h": 0.1, "burn_1h": 0.2, "left_percent": 50}'),
        ("facts", '"now": "2027-01-12T11:00:00"'),
        ("facts", '"now": "9999-12-31T23:59:59+00:00"'),
        ("facts", '"now": 5'),
        ("facts", '"incidents": null'),
        ("facts", '"alarms": {}'),
        ("facts", '"lock": {"unreadable": 5}'),
        ("facts", '"lock": {"unreadable": "x", "holder": "y"}'),
        ("facts", '"findings": [{"id": "f", "experiment": "cpu", "state": "acknowledged", "reason": " "}]'),
        ("policy", '"most_percent": 34'),
        ("policy", '"same_hours": 23'),
        ("policy", '"window_begin_hour": 16'),
        ("run", '"removed_at": "2027-01-12T10:00:00+09:00"'),
        ("run", '"stopped_by": "alarm"'),
        ("run", '"leftovers": 5'),
    ],
)
def test_a_value_that_means_nothing_is_refused(kind: str, bad: str) -> None:
    key = bad.split('"')[1]
    whole = GOOD[kind][0] if kind == "findings" else GOOD[kind]
    rest = {name: value for name, value in whole.items() if name != key}
    text = json.dumps(rest)[:-1] + (", " if rest else "") + bad + "}"
    text = f"[{text}]" if kind == "findings" else text

    assert refused(kind, text)


PIECES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=6),
    st.just([]),
    st.just({}),
    st.just([None]),
)


@settings(max_examples=150, deadline=None)
@given(
    kind=st.sampled_from(sorted(READERS)),
    path=st.lists(st.integers(0, 30), min_size=1, max_size=5),
    piece=PIECES,
)
def test_a_value_out_of_place_is_read_or_refused_and_never_crashes(
    kind: str, path: list[int], piece: Any
) -> None:
    value = deepcopy(GOOD[kind])
    inside = value
    for step in path[:-1]:
        keys = [*inside] if isinstance(inside, dict) else [*range(len(inside))]
        deeper = inside[keys[step % len(keys)]] if keys else None
        if not isinstance(deeper, dict | list) or not deeper:
            break
        inside = deeper
    keys = [*inside] if isinstance(inside, dict) else [*range(len(inside))]
    inside[keys[path[-1] % len(keys)]] = piece
    good = True
    try:
        READERS[kind](json.dumps(value))
    except DocumentInvalid:
        good = False
    except SafetyRefusal:
        return
    if good:
        jsonschema.Draft202012Validator(read_schema(kind)).validate(value)
