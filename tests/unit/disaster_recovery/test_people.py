"""Who counts as a person, and who as another one."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest

from functions.core.reading.people import as_one_person, seen
from functions.core.reading.records import published
from functions.disaster_recovery.policy.situation_shape import SITUATION
from tests.unit.disaster_recovery.situations import READY, answer, at, changed
from tests.unit.disaster_recovery.test_commands import toban
from tests.unit.disaster_recovery.test_gates import said

BLANKS = [" ", "\u3000", "\u200b", "\u00a0 \u2060", "\u00ad", "\U000e0001", "\u3164"]
CHOICE = {"source": "snapshot", "who": "rin", "reason": "time", "at": at(20)}
ABORTED = {"who": "rin", "reason": "it is back", "at": at(20)}
PLACES: list[tuple[str, dict[str, Any]]] = [
    ("request.asked_by", {"request__asked_by": ...}),
    ("answers[0].who", {"answers": [{**READY["answers"][0], "who": ...}]}),
    ("choice.who", {"choice": {**CHOICE, "who": ...}}),
    ("choice.reason", {"choice": {**CHOICE, "reason": ...}}),
    ("aborted.who", {"aborted": {**ABORTED, "who": ...}}),
    ("aborted.reason", {"aborted": {**ABORTED, "reason": ...}}),
]


def filled(value: Any, blank: str) -> Any:
    if value is ...:
        return blank
    if isinstance(value, dict):
        return {name: filled(each, blank) for name, each in value.items()}
    return [filled(each, blank) for each in value] if isinstance(value, list) else value


@pytest.mark.parametrize("blank", BLANKS)
@pytest.mark.parametrize(("place", "changes"), PLACES)
def test_a_name_that_nobody_can_see_is_refused_and_by_the_schema_too(
    place: str, changes: dict[str, Any], blank: str
) -> None:
    facts = changed(**filled(changes, blank))

    found = toban("explain", "--facts", "-", stdin=json.dumps(facts))
    assert found.exit_code == 2
    assert (
        f"$.{place}: must be a text of 1 to 500 characters, at least one of them to be seen" in found.stderr
    )
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(facts, published(SITUATION, "facts"))


@pytest.mark.parametrize(
    "who",
    [
        "\uff41\uff4f\uff49",
        "aoi\u200b",
        "a\u2060oi",
        "\u0430oi",
        "\u0430\u043e\u0456",
        "\u03b1oi",
        "AOI",
        " aoi ",
        "a\u00adoi",
        "aoi\u3000",
    ],
)
def test_one_person_spelt_in_two_ways_is_one_person(who: str) -> None:
    found = answer(changed(answers=[said(who, 13)], approval_asked_at=at(12)))

    assert found["approval"]["verdict"] == "waiting"
    assert found["next"]["do"] == "wait-for-approval"


@pytest.mark.parametrize("who", ["rin", "aoi2", "青井", "葵", "Аня", "o'neil"])
def test_another_person_is_another_one(who: str) -> None:
    assert answer(changed(answers=[said(who, 10)]))["gate"]["open"]


@pytest.mark.parametrize("blank", ["", *BLANKS])
def test_a_reason_that_nobody_can_see_is_none(blank: str) -> None:
    assert not answer(changed(answers=[said("rin", 10, reason=blank)]))["gate"]["open"]
    assert answer(changed(request__reason=blank))["next"]["do"] == "refuse"


def test_a_used_name_is_used_in_any_case() -> None:
    assert answer(changed(used_names=["FAILOVER-inc-7-1"]))["next"]["do"] == "refuse"


@pytest.mark.parametrize("region", ["US-EAST-1", "a", "us-east-1a", " us-east-1", "us-east-1\u200b"])
def test_a_region_is_spelt_as_aws_spells_it(region: str) -> None:
    probes = [*READY["evidence"]["probes"], {"region": region, "at": at(23), "answered": False}]
    found = toban("explain", "--facts", "-", stdin=json.dumps(changed(evidence__probes=probes)))

    assert found.exit_code == 2
    assert "$.evidence.probes[2].region: must be a Region such as" in found.stderr


def test_what_is_seen_of_a_text_keeps_its_words() -> None:
    assert seen(" a\u200b b\u3000") == "a b"
    assert as_one_person("Rin  Sato") == as_one_person(" rin sato") != as_one_person("rinsato")
