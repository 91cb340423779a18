"""What a target is given: the event, a part of it, a fixed text, or a template filled from it.

EventBridge user guide, "Amazon EventBridge input transformation"; API reference, InputTransformer.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from twin.bus.json_paths import PathError, compile_path

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

VARIABLE = re.compile(r"<([A-Za-z0-9_.\-]+)>")
NAME = re.compile(r"[A-Za-z0-9_\-]+")
RESERVED = {
    "aws.events.event", "aws.events.event.ingestion-time", "aws.events.event.json", "aws.events.rule-arn",
    "aws.events.rule-name",
}  # fmt: skip
"""The variables that are there without a path (user guide, "Predefined variables")."""
MOST_PATHS = 100
MOST_TEMPLATE = 8192
WAYS = ("Input", "InputPath", "InputTransformer")


def target_input(target: Mapping[str, Any], event: Mapping[str, Any], *, rule_arn: str) -> str:
    """Builds the text that a target receives for an event."""
    if target.get("Input"):
        return str(target["Input"])
    if target.get("InputPath"):
        return json.dumps(compile_path(target["InputPath"])(event))
    transformer = target.get("InputTransformer")
    if transformer:
        return transform(transformer, event, rule_arn=rule_arn)
    return json.dumps(event)


def transform(transformer: Mapping[str, Any], event: Mapping[str, Any], *, rule_arn: str) -> str:
    """Fills an input template: text inside quotes, JSON outside of them.

    A variable whose path leads nowhere is empty: nothing inside of quotes, and an empty text outside of them.
    """
    paths = (transformer.get("InputPathsMap") or {}).items()
    values = {name: compile_path(path)(event) for name, path in paths} | _reserved(event, rule_arn)
    filled, inside = [], False
    for at, piece in enumerate(VARIABLE.split(str(transformer["InputTemplate"]))):
        if at % 2 == 0:
            filled.append(piece)
            inside ^= len(re.findall(r'(?<!\\)"', piece)) % 2 == 1
        elif piece not in values:
            filled.append(f"<{piece}>")
        else:
            filled.append(_inside(values[piece]) if inside else _outside(values[piece]))
    return "".join(filled)


def refused_input(target: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yields what PutTargets refuses of a target's input: the member, and a sentence."""
    given = [way for way in WAYS if target.get(way) is not None]
    if len(given) > 1:
        yield given[1], f"only one of {', '.join(WAYS)} may be given, not {' and '.join(given)}: choose one"
    if isinstance(target.get("Input"), str) and not _is_json(str(target["Input"])):
        yield "Input", "Input is no JSON: a text needs its double quotes"
    if isinstance(target.get("InputPath"), str):
        yield from _refused_path("InputPath", str(target["InputPath"]))
    transformer = target.get("InputTransformer")
    if isinstance(transformer, dict):
        yield from _refused_transformer(transformer)


def _refused_transformer(transformer: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    paths = transformer.get("InputPathsMap") or {}
    if len(paths) > MOST_PATHS:
        yield (
            "InputTransformer.InputPathsMap",
            f"InputPathsMap has {len(paths)} entries: {MOST_PATHS} are the most",
        )
    for name, path in paths.items():
        if not NAME.fullmatch(str(name)) or str(name).upper().startswith("AWS"):
            text = (
                f"the variable {name!r} is no name: use letters, digits, - and _, and do not begin with AWS"
            )
            yield f"InputTransformer.InputPathsMap.{name}", text
        yield from _refused_path(f"InputTransformer.InputPathsMap.{name}", str(path))
    template = transformer.get("InputTemplate")
    if not isinstance(template, str):
        return
    if len(template) > MOST_TEMPLATE:
        yield "InputTransformer.InputTemplate", f"InputTemplate is longer than {MOST_TEMPLATE} characters"
    for name in VARIABLE.findall(template):
        if name not in paths and name not in RESERVED:
            text = f"InputTemplate uses <{name}>, which InputPathsMap does not give: add it"
            yield "InputTransformer.InputTemplate", text
    if not any(_is_json(VARIABLE.sub(stand_in, template)) for stand_in in ("0", "x")) and not _is_text(
        template
    ):
        text = "InputTemplate, its variables filled in, is neither JSON nor text in double quotes: correct it"
        yield "InputTransformer.InputTemplate", text


def _refused_path(member: str, path: str) -> Iterator[tuple[str, str]]:
    try:
        compile_path(path)
    except PathError as error:
        yield member, str(error)


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def _is_text(template: str) -> bool:
    """Returns whether each line is a text in quotes, or one variable."""
    filled = re.sub(r'"(?:[^"\\]|\\.)*"', '""', template, flags=re.DOTALL)
    return _is_json(VARIABLE.sub("0", filled)) or all(
        re.fullmatch(r'\s*(""|<[A-Za-z0-9_.\-]+>)\s*', line) for line in filled.splitlines()
    )


def _reserved(event: Mapping[str, Any], rule_arn: str) -> dict[str, Any]:
    # The event without its detail; the whole of it is `event.json`.
    shown = {"detailType" if key == "detail-type" else key: event[key] for key in event if key != "detail"}
    return {
        "aws.events.event": shown,
        "aws.events.event.json": event,
        "aws.events.event.ingestion-time": event.get("time", ""),
        "aws.events.rule-arn": rule_arn,
        "aws.events.rule-name": rule_arn.rsplit("/", 1)[-1],
    }


def _outside(value: Any) -> str:
    return json.dumps("" if value is None else value)


def _inside(value: Any) -> str:
    """Writes a value into a quoted text of the template, without quotes of its own."""
    if value is None:
        return ""
    return json.dumps(value if isinstance(value, str) else json.dumps(value))[1:-1]
