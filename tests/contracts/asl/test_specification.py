"""Nothing of the language is left unsaid: a row of the corpus plays it, or it is refused by its name."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.contracts.asl.rows import rows
from twin.state_machines import unsupported_features

if TYPE_CHECKING:
    from collections.abc import Iterator

SPECIFICATION = yaml.safe_load((Path(__file__).parent / "specification" / "fields.yaml").read_text())
PLAYED = [
    row.definition(work="arn:aws:lambda:x:1:function:work") for row in rows() if "refused" not in row.told
]
LANGUAGES = ("JSONPath", "JSONata")
INNER = {"StartAt": "I", "States": {"I": {"Type": "Succeed"}}}
FAR = {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, **INNER}
LEAST: dict[str, dict[str, Any]] = {
    "Task": {"Resource": "arn:aws:lambda:x:1:function:work", "End": True},
    "Map": {"ItemProcessor": FAR, "End": True},
}


def states(program: dict[str, Any], language: str) -> Iterator[tuple[str, dict[str, Any]]]:
    language = program.get("QueryLanguage", language)
    for state in program["States"].values():
        own = state.get("QueryLanguage", language)
        yield own, state
        for inner in (*state.get("Branches", ()), state.get("ItemProcessor"), state.get("Iterator")):
            if inner is not None:
                yield from states(inner, own)


ALL = [(language, state) for definition in PLAYED for language, state in states(definition, "JSONPath")]
SEEN = {(language, state["Type"], field) for language, state in ALL for field in state}
WANTED = [
    (language, kind, field)
    for language in LANGUAGES
    for kind, fields in SPECIFICATION[language].items()
    for field in fields
]
TEXT = json.dumps(PLAYED)


def is_refused(kind: str, fields: dict[str, Any], language: str, name: str) -> bool:
    state = {"Type": kind, **LEAST.get(kind, {}), **fields}
    definition = {"StartAt": "S", "QueryLanguage": language, "States": {"S": state}}
    return any(name in finding for finding in unsupported_features(definition))


@pytest.mark.parametrize(("language", "kind", "field"), WANTED)
def test_each_field_of_each_state_is_played_or_refused(language: str, kind: str, field: str) -> None:
    value = SPECIFICATION[language][kind][field]
    assert (language, kind, field) in SEEN or is_refused(kind, {field: value}, language, field)


@pytest.mark.parametrize("field", SPECIFICATION["machine"])
def test_each_field_of_the_machine_is_played(field: str) -> None:
    assert any(field in definition for definition in PLAYED)


@pytest.mark.parametrize(
    ("part", "field"), [(part, field) for part, fields in SPECIFICATION["parts"].items() for field in fields]
)
def test_each_field_of_a_part_is_played_or_refused(part: str, field: str) -> None:
    value = SPECIFICATION["parts"][part][field]
    played = list(parts(PLAYED, part))
    reader = {
        "Resource": "arn:aws:states:::s3:getObject",
        "ReaderConfig": {"InputType": "JSON", field: value},
    }
    is_played = any(field in each for each in played)
    assert is_played or (
        part == "ReaderConfig" and is_refused("Map", {"ItemReader": reader}, "JSONPath", field)
    )


def parts(value: Any, name: str) -> Iterator[dict[str, Any]]:
    if isinstance(value, list):
        for item in value:
            yield from parts(item, name)
    elif isinstance(value, dict):
        found = value.get(name, [])
        yield from found if isinstance(found, list) else [found]
        for item in value.values():
            yield from parts(item, name)


@pytest.mark.parametrize("name", SPECIFICATION["errors"])
def test_each_error_is_played_or_refused(name: str) -> None:
    retry = {"Retry": [{"ErrorEquals": [name]}]}
    is_caught = any(name in each["ErrorEquals"] for each in parts(PLAYED, "Catch"))
    assert is_caught or is_refused("Task", retry, "JSONPath", name)


@pytest.mark.parametrize("name", SPECIFICATION["comparisons"])
def test_each_comparison_is_played(name: str) -> None:
    assert f'"{name}": ' in TEXT


@pytest.mark.parametrize("name", [*SPECIFICATION["functions"], *SPECIFICATION["jsonata"]])
def test_each_function_is_played(name: str) -> None:
    assert f"{name}(" in TEXT
