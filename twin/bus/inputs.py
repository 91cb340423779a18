"""What a target is given: the event, a part of it, a fixed text, or a template filled from it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

VARIABLE = re.compile(r'(?P<open>")?<(?P<name>[A-Za-z0-9_.\-]+)>(?P<close>")?')


def target_input(target: Mapping[str, Any], event: Mapping[str, Any], *, rule_arn: str) -> str:
    """Builds the text that a target receives for an event."""
    if target.get("Input"):
        return str(target["Input"])
    if target.get("InputPath"):
        return json.dumps(value_at(event, target["InputPath"]))
    transformer = target.get("InputTransformer")
    if transformer:
        return transform(transformer, event, rule_arn=rule_arn)
    return json.dumps(event)


def transform(transformer: Mapping[str, Any], event: Mapping[str, Any], *, rule_arn: str) -> str:
    """Fills an input template: text inside quotes, JSON outside of them."""
    values = {name: value_at(event, path) for name, path in (transformer.get("InputPathsMap") or {}).items()}
    values |= {
        "aws.events.event": event,
        "aws.events.event.json": event,
        "aws.events.event.ingestion-time": event["time"],
        "aws.events.rule-arn": rule_arn,
        "aws.events.rule-name": rule_arn.rsplit("/", 1)[-1],
    }
    template = str(transformer["InputTemplate"])

    def filled(match: re.Match[str]) -> str:
        name = match["name"]
        if name not in values:
            return match[0]
        value = values[name]
        if match["open"] and match["close"]:
            return json.dumps(value if isinstance(value, str) else json.dumps(value))
        before = template[: match.start("name")].replace('\\"', "")
        inside = before.count('"') % 2 == 1
        text = _inside(value) if inside else json.dumps(value)
        return f"{match['open'] or ''}{text}{match['close'] or ''}"

    return VARIABLE.sub(filled, template)


def _inside(value: Any) -> str:
    """Writes a value into a quoted text of the template."""
    return json.dumps(value if isinstance(value, str) else json.dumps(value))[1:-1]


def value_at(event: Any, path: str) -> Any:
    """Returns what stands at a path such as `$.detail.names[0]`; an empty text where it leads nowhere."""
    value = event
    for part in re.findall(r"[^.\[\]$]+|\[\d+\]", path.removeprefix("$")):
        try:
            value = value[int(part[1:-1])] if part.startswith("[") else value[part]
        except (KeyError, IndexError, TypeError):
            return ""
    return value
