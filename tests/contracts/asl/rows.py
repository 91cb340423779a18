"""The corpus of the Amazon States Language: one row a case, each with its source, in `corpus/`.

A row says what the machine is (`states`, or a short form of it), what it is given and what AWS documents to
come out. `refused` is part of a sentence by which the definition is refused before it is made.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

FOLDER = Path(__file__).parent / "corpus"
ITEM = {"Type": "Pass", "End": True}


class _Loader(yaml.SafeLoader):
    """YAML with what is too long to write out: `!repeat [x, 3]`, `!range 3`, `!repeat_key [x, 3, value]`."""


def _repeat(loader: _Loader, node: yaml.SequenceNode) -> str:
    text, times = loader.construct_sequence(node)
    return str(text * times)


def _repeat_key(loader: _Loader, node: yaml.SequenceNode) -> dict[str, Any]:
    text, times, value = loader.construct_sequence(node, deep=True)
    return {text * times: value}


_Loader.add_constructor("!repeat", _repeat)
_Loader.add_constructor("!repeat_key", _repeat_key)
_Loader.add_constructor("!range", lambda loader, node: list(range(int(loader.construct_scalar(node)))))


@dataclass(frozen=True)
class Row:
    """One case; `told` is the row as it is written."""

    area: str
    told: Mapping[str, Any]

    def __str__(self) -> str:
        return f"{self.area}: {self.told['case']}"

    def definition(self, **places: str) -> dict[str, Any]:
        """The whole machine, `${name}` filled in."""
        states = _states(self.told)
        text = json.dumps({"StartAt": next(iter(states)), "States": states, **self.told.get("top", {})})
        for name, value in places.items():
            text = text.replace(f"${{{name}}}", value)
        filled: dict[str, Any] = json.loads(text)
        return filled


def rows() -> Iterator[Row]:
    for path in sorted(FOLDER.glob("*.yaml")):
        told = yaml.load(path.read_text(), _Loader)  # noqa: S506 - a safe loader with three tags
        for row in told["rows"]:
            yield Row(path.stem, {"source": told["source"], **row})


def _states(told: Mapping[str, Any]) -> dict[str, Any]:
    match told:
        case {"states": states}:
            made: dict[str, Any] = states
        case {"intrinsic": call}:
            made = {"S": {"Type": "Pass", "Parameters": {"v.$": call}, "OutputPath": "$.v", "End": True}}
        case {"expression": expression}:
            made = {"S": {"Type": "Pass", "QueryLanguage": "JSONata", "Output": expression, "End": True}}
        case {"rule": rule}:
            made = _choice({**rule, "Next": "Matched"})
        case {"condition": condition}:
            made = _choice({"Condition": condition, "Next": "Matched"}, QueryLanguage="JSONata")
        case {"work": work}:
            made = _work(work)
        case {"map": state}:
            made = _map(told, state)
    return made


def _choice(rule: dict[str, Any], **more: Any) -> dict[str, Any]:
    ask = {"Type": "Choice", "Choices": [rule], "Default": "Other", **more}
    return {"Ask": ask, "Matched": {"Type": "Pass", "End": True}, "Other": {"Type": "Pass", "End": True}}


def _work(fields: dict[str, Any]) -> dict[str, Any]:
    work = {"Type": "Task", "Resource": "${work}", "End": True, **fields}
    work = {key: value for key, value in work.items() if (key, value) != ("End", None)}
    targets = {work.get("Next"), *(catcher["Next"] for catcher in work.get("Catch", ()))} - {None}
    return {"Work": work, **{name: {"Type": "Succeed"} for name in sorted(targets)}}


def _map(told: Mapping[str, Any], fields: dict[str, Any]) -> dict[str, Any]:
    item = told.get("item", ITEM)
    inner = {"I": item}
    if item["Type"] == "Choice":
        inner |= {"K": {"Type": "Fail", "Error": "E"}, "G": {"Type": "Succeed"}}
    processor: dict[str, Any] = {"StartAt": "I", "States": inner}
    if told.get("distributed"):
        processor["ProcessorConfig"] = {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}
    state = {"Type": "Map", "ItemProcessor": processor, "End": True, **fields}
    state = {key: value for key, value in state.items() if (key, value) != ("End", None)}
    to_z = "Next" in state or any("Next" in catcher for catcher in state.get("Catch", ()))
    return {"M": state, **({"Z": told.get("last", {"Type": "Succeed"})} if to_z else {})}
